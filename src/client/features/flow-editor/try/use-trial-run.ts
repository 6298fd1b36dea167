import { useQuery } from "@tanstack/react-query";
import { useCallback, useState } from "react";
import type { FlowInput } from "#core/dataflow/list-inputs.ts";
import { findStep } from "#core/step-list.ts";
import { capabilityQueries } from "#client/data/capability-queries.ts";
import { hasScope } from "#client/data/has-scope.ts";
import { useOpenFlow, useOpenFlowState } from "#client/document/use-open-flow.tsx";
import { useEditor, useFlowAnalysis } from "#client/features/flow-editor/editor-context.tsx";
import { announce } from "#client/ui/announce.ts";
import { wishFocus } from "#client/ui/focus-wish.ts";
import { isInTrial } from "./is-in-trial.ts";
import { type FormFaults, planTrial } from "./plan-trial.ts";
import { runTrial } from "./run-trial.ts";
import { type TrialForm, findInput } from "./trial-form.ts";

const NO_FAULTS: FormFaults = new Map();
const NO_INPUTS: readonly FlowInput[] = [];

export function useInputs(): readonly FlowInput[] {
  return useFlowAnalysis(({ analysis }) => analysis?.inputs ?? NO_INPUTS);
}

/** Runs the draft on what is typed, or says what is wrong with that. */
export function useTrialRun(form: TrialForm) {
  const { trial } = useEditor();
  const openFlow = useOpenFlow();
  const { data: server } = useQuery(capabilityQueries.current());
  const inputs = useInputs();
  const isEmpty = useOpenFlowState(({ history }) => history.document.steps.length === 0);
  const isInexact = useOpenFlowState((state) => state.isInexact);
  // Faults are told from the first try on, and then as they come and go.
  const [isTold, setTold] = useState(false);
  const blocked = isEmpty
    ? "The flow has no steps yet."
    : isInexact
      ? "The flow holds a number that this page cannot keep exactly, so another one would run."
      : hasScope(server, "DISPATCH:EXECUTE")
        ? undefined
        : "This key may not run drafts. Sign in with one that may (DISPATCH:EXECUTE).";

  const plan =
    isTold &&
    planTrial(openFlow.getState().history.document, form, {
      inputs: inputs.map(({ name }) => name),
      upTo: undefined,
    });

  const start = useCallback(
    /** `isAsked` from afar: where something is not filled in yet, whoever asked gets to see it first. */
    ({ isAsked }: { readonly isAsked: boolean }) => {
      if (trial.getState().run?.status === "running") return announce("It is running already.");
      if (blocked !== undefined) return announce(blocked, "assertive");
      const isSeen = isInTrial(window.document.activeElement);
      const empty = isAsked && !isSeen && inputs.find(({ name }) => findInput(form, name).text.trim() === "");
      if (empty && trial.getState().run === undefined) {
        announce(`The flow needs ${empty.name}: fill it in, or run without it.`);
        return focusField(`input:${empty.name}`);
      }
      openFlow.settle();
      const { document } = openFlow.getState().history;
      const { upTo } = trial.getState();
      const isThere = upTo !== undefined && findStep(document, upTo) !== undefined;
      if (!isThere) trial.setState({ upTo: undefined });
      const names = inputs.map(({ name }) => name);
      const planned = planTrial(document, form, { inputs: names, upTo: isThere ? upTo : undefined });
      if (planned.type === "faults") {
        setTold(true);
        const [first] = planned.faults;
        if (!first) return;
        announce(`Nothing ran. ${first[1]}`, "assertive");
        return focusField(first[0]);
      }
      void runTrial(trial, { document, upTo: isThere ? upTo : undefined, body: planned.body });
    },
    [trial, openFlow, form, inputs, blocked],
  );
  return { start, blocked, faults: plan && plan.type === "faults" ? plan.faults : NO_FAULTS };
}

function focusField(field: string): void {
  wishFocus(() =>
    document.querySelector<HTMLElement>(
      `[data-try-field="${CSS.escape(field)}"] :is(textarea, input, .cm-content)`,
    ),
  );
}
