import { useEffect } from "react";
import type { StepKey } from "#core/flow-document.ts";
import { needsMending } from "#client/document/unsaved-edits.ts";
import { useOpenFlowState } from "#client/document/use-open-flow.tsx";
import { OpenProblems } from "#client/flow/publish/open-problems.tsx";
import { useEditor, useFlowProblems } from "#client/features/flow-editor/editor-context.tsx";
import { StepPath } from "#client/features/flow-editor/runs/step-path.ts";
import { InputFields } from "./input-fields.tsx";
import { RecordFields } from "./record-fields.tsx";
import { RunBar } from "./run-bar.tsx";
import { TrialOutcome } from "./trial-outcome.tsx";
import { useTrial } from "./trial-store.ts";
import { useTrialForm } from "./use-trial-form.ts";
import { useTrialRun } from "./use-trial-run.ts";

type TryContentProps = { readonly onShowStep: (key: StepKey) => void };

/** What the draft runs on, the run itself, and what came of it. */
export function TryContent({ onShowStep }: TryContentProps) {
  const { trial } = useEditor();
  const [form, change] = useTrialForm();
  const { start, faults, blocked } = useTrialRun(form);
  const errors = useFlowProblems(({ problems }) => problems).filter(({ severity }) => severity === "error");
  const isHalfTyped = useOpenFlowState(needsMending);
  const wishes = useTrial((state) => state.wishes);

  // A run that was asked for by a key or a menu outside of this panel.
  useEffect(() => {
    if (wishes === 0) return;
    trial.setState({ wishes: 0 });
    start({ isAsked: true });
  }, [wishes, trial, start]);

  return (
    <StepPath value={onShowStep}>
      <div className="flex flex-col gap-4">
        <p className="text-sm text-muted">
          Runs this draft once, unsaved edits and all. Neither the flow nor the results are saved, but what
          the steps do is real: mail is sent, and records are written.
        </p>
        <RecordFields form={form} onChange={change} fault={faults.get("record")} />
        <InputFields form={form} onChange={change} faults={faults} />
        {isHalfTyped && (
          <p className="rounded-md bg-warning-soft px-3 py-2 text-sm text-warning">
            What you typed and has yet to be mended or applied is not part of what runs.
          </p>
        )}
        {errors.length > 0 && (
          <OpenProblems problems={errors} isAccepted={false} onAccept={undefined} onShowStep={onShowStep} />
        )}
        <RunBar blocked={blocked} onRun={() => start({ isAsked: false })} />
        <TrialOutcome />
      </div>
    </StepPath>
  );
}
