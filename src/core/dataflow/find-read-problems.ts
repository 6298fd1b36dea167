import type { FlowDocument, StepKey } from "#core/document/flow-document.ts";
import type { FlowAnalysisWithoutProblems } from "./analyze.ts";
import {
  type UnsetVariableReason,
  explainUncertainVariableRead,
  explainUnsetVariable,
  getQuotedStepNameByKey,
} from "./explain-read.ts";
import { ReportedVariableReferenceSet } from "./reference-set.ts";
import { type Problem, buildProblemMessages } from "./problem.ts";
import type { ResolvedVariableRead } from "./resolve-reads.ts";
import { quoteName } from "#core/text/quote-name.ts";

export function findVariableReadProblems(context: FlowAnalysisWithoutProblems): readonly Problem[] {
  const { document, survey, reads, inputs } = context;
  const corrections = new Map(inputs.map(({ name, correction }) => [name, correction]));
  const problems: Problem[] = [];
  for (const ofStep of reads.values()) {
    let reported: ReportedVariableReferenceSet | undefined;
    // An explanation can be slow, and a step can have many texts with the same problem.
    const reasons = new Map<string, UnsetVariableReason>();
    for (const read of ofStep) {
      const { name, form } = read.reference;
      if (form === "explicit" || read.state === "surely" || read.state === "platform") continue;
      if (read.state === "input" && corrections.get(name) === undefined) continue;
      if (!(reported ??= new ReportedVariableReferenceSet()).add(read.reference)) continue;
      const problem = assessRead(document, read, survey.producers.get(name) ?? [], {
        correction: corrections.get(name),
        isStepName: survey.stepNames.has(name),
        reasons,
      });
      if (problem) problems.push(problem);
    }
  }
  return problems;
}

interface AssessOptions {
  readonly correction: string | undefined;
  readonly isStepName: boolean;
  readonly reasons: Map<string, UnsetVariableReason>;
}

function assessRead(
  document: FlowDocument,
  read: ResolvedVariableRead,
  producers: readonly StepKey[],
  { correction, isStepName, reasons }: AssessOptions,
): Problem | undefined {
  const { step, reference, state, sources } = read;
  const { name, at, from, to } = reference;
  const place = { step, at, from, to, name };
  switch (state) {
    case "unset": {
      const reason =
        reasons.get(name) ?? explainUnsetVariable(document, { reader: step, name, isStepName }, producers);
      reasons.set(name, reason);
      const { code, message, messageAtStep } = reason;
      return { code, severity: "error", ...place, message, messageAtStep, producers };
    }
    case "maybe": {
      const messages = explainUncertainVariableRead(document, step, name, sources);
      return { code: "maybe-unset", severity: "info", ...place, ...messages, producers: sources };
    }
    case "input": {
      if (correction === undefined) return undefined;
      const predicate = `reads ${quoteName(name)}, which no step sets. Did you mean ${quoteName(correction)}?`;
      const messages = buildProblemMessages(getQuotedStepNameByKey(document, step), predicate);
      return { code: "unknown-variable", severity: "warning", ...place, ...messages, correction };
    }
    case "surely":
    case "platform":
      return undefined;
  }
}
