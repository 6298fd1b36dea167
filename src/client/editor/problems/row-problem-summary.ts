import type { StepProblemSummaries, StepProblemSummary } from "#core/dataflow/summarize-problems.ts";
import { formatCount } from "#client/ui/format/format-count.ts";

export function getStepRowProblemSummary(
  marks: StepProblemSummaries | undefined,
  isFolded: boolean,
): StepProblemSummary | undefined {
  const { own, inside } = marks ?? {};
  if (!isFolded || !inside) return own;
  const text = `Inside: ${inside.text}`;
  if (!own) return { ...inside, text };
  const isInsideWorse = inside.severity === "error" || own.severity === "warning";
  const { severity } = isInsideWorse ? inside : own;
  return { severity, count: own.count + inside.count, text: `${own.text}\n${text}` };
}

export function describeStepRowProblems({ count, text }: StepProblemSummary): string {
  return `${formatCount(count, "problem")}: ${text}`;
}
