import type { FlowDocument, StepKey } from "#core/flow-document.ts";
import { findStep } from "#core/step-list.ts";
import { stepName } from "#core/step.ts";
import type { AnalysisContext } from "./analyse.ts";
import { type UnsetReason, explainMaybe, explainUnset } from "./explain-read.ts";
import { PlaceSet } from "./place-set.ts";
import type { Problem } from "./problem.ts";
import type { ResolvedRead } from "./resolve-reads.ts";

/** References that find nothing, or perhaps nothing: one problem for each name in each text of a step. */
export function findReadProblems(context: AnalysisContext): readonly Problem[] {
  const { document, survey, reads, inputs } = context;
  const corrections = new Map(inputs.map(({ name, correction }) => [name, correction]));
  const problems: Problem[] = [];
  for (const ofStep of reads.values()) {
    let told: PlaceSet | undefined;
    // One for all texts of the step: with many of them and many producers, each text's own would take a minute.
    const reasons = new Map<string, UnsetReason>();
    for (const read of ofStep) {
      const { name, form } = read.reference;
      if (form === "explicit" || read.state === "surely" || read.state === "platform") continue;
      if (read.state === "input" && corrections.get(name) === undefined) continue;
      if (!(told ??= new PlaceSet()).add(read.reference)) continue;
      const problem = judgeRead(document, read, survey.producers.get(name) ?? [], {
        correction: corrections.get(name),
        isStepName: survey.stepNames.has(name),
        reasons,
      });
      if (problem) problems.push(problem);
    }
  }
  return problems;
}

interface JudgeOptions {
  readonly correction: string | undefined;
  readonly isStepName: boolean;
  /** Of the reads of the same step that were judged before, by name. */
  readonly reasons: Map<string, UnsetReason>;
}

function judgeRead(
  document: FlowDocument,
  read: ResolvedRead,
  producers: readonly StepKey[],
  { correction, isStepName, reasons }: JudgeOptions,
): Problem | undefined {
  const { step, reference, state, sources } = read;
  const { name, at, from, to } = reference;
  const place = { step, at, from, to, name };
  switch (state) {
    case "unset": {
      const reason = reasons.get(name) ?? explainUnset(document, step, name, producers, isStepName);
      reasons.set(name, reason);
      const { code, message } = reason;
      return { code, severity: "error", ...place, message, producers };
    }
    case "maybe": {
      const message = explainMaybe(document, step, name, sources);
      return { code: "maybe-unset", severity: "info", ...place, message, producers: sources };
    }
    case "input": {
      if (correction === undefined) return undefined;
      const node = findStep(document, step);
      const message = `${node ? stepName(node) : "A step"} reads “${name}”, which no step sets. Did you mean “${correction}”?`;
      return { code: "unknown-variable", severity: "warning", ...place, message, correction };
    }
    case "surely":
    case "platform":
      return undefined;
  }
}
