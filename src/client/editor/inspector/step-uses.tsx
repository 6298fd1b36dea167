import { useQuery } from "@tanstack/react-query";
import { useId, useMemo } from "react";
import { stepTypeLookup } from "#contract/step-descriptions/describe-step-type.ts";
import type { FlowAnalysisResult } from "#core/dataflow/analyse.ts";
import type { StepNode } from "#core/document/flow-document.ts";
import { quoteName } from "#core/document/quote-name.ts";
import { listModelUses, listRecordTypeUses } from "#core/references/list-resource-uses.ts";
import { listSecretUses } from "#core/references/list-secrets.ts";
import { listVariablesSetByStep } from "#core/references/read-set-variables.ts";
import { serverCapabilityQueries } from "#client/data/queries/capability-queries.ts";
import { useEditor, useFlowAnalysis } from "#client/editor/session/editor-context.tsx";
import type { StepUseSubject } from "#client/flow/step-uses/step-uses-dialog.tsx";
import { CodeChip } from "#client/ui/controls/inline-text.tsx";
import { useStepForm } from "./use-step-field.tsx";

/** Names that are listed; a step rarely has more. */
const MAX_SUBJECTS = 12;

const KIND_NAMES: Readonly<Record<StepUseSubject["kind"], string>> = {
  variable: "variable",
  model: "model",
  secret: "secret",
  recordType: "record type",
  stepType: "step type",
};

/** Lists the variables, models, secrets and record types of a step. Each shows where all flows use it. */
export function StepUses() {
  const id = useId();
  const { step } = useStepForm();
  const { openDialog } = useEditor();
  const { data: server } = useQuery(serverCapabilityQueries.current());
  const analysis = useFlowAnalysis((state) => state.analysis);
  const subjects = useMemo(() => listSubjects(step, analysis), [step, analysis]);
  if (server?.stepSearch !== true || subjects.length === 0) return null;
  return (
    <section aria-labelledby={id} className="flex flex-col gap-1.5 border-t border-line pt-4">
      <h3 id={id} className="text-sm font-semibold">
        Uses in all flows
      </h3>
      <ul aria-labelledby={id} className="flex flex-wrap gap-1.5">
        {subjects.map(({ kind, name }) => (
          <li key={`${kind} ${name}`} className="flex max-w-full">
            <button
              type="button"
              aria-label={`Uses of the ${KIND_NAMES[kind]} ${quoteName(name)}`}
              onClick={() => openDialog({ type: "stepUses", kind, name })}
              className="flex min-h-6 max-w-full items-center gap-1.5 rounded-md px-1 text-xs text-muted hover:bg-hover pointer-coarse:min-h-10"
            >
              {KIND_NAMES[kind]}
              <CodeChip text={name} className="max-w-56" />
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}

function listSubjects(step: StepNode, analysis: FlowAnalysisResult | undefined): readonly StepUseSubject[] {
  const reads = (analysis?.reads.get(step.key) ?? []).filter(({ state }) => state !== "platform");
  const names: readonly (readonly [StepUseSubject["kind"], readonly string[]])[] = [
    ["variable", listVariablesSetByStep(step, stepTypeLookup).map(({ name }) => name)],
    ["variable", reads.map(({ reference }) => reference.name)],
    ["model", listModelUses(step).map(({ name }) => name)],
    ["secret", listSecretUses(step, stepTypeLookup).map(({ key }) => key)],
    ["recordType", listRecordTypeUses(step).map(({ name }) => name)],
  ];
  const all = names.flatMap(([kind, ofKind]) =>
    ofKind.filter((name) => name !== "").map((name) => ({ kind, name })),
  );
  return [...new Map(all.map((subject) => [`${subject.kind} ${subject.name}`, subject])).values()].slice(
    0,
    MAX_SUBJECTS,
  );
}
