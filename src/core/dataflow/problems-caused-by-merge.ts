import type { FlowDocument, StepKey } from "#core/document/flow-document.ts";
import type { StepTypeLookup } from "#core/references/reference.ts";
import { type FlowAnalysisResult, analyzeFlow } from "./analyze.ts";
import { getQuotedStepNameByKey } from "./explain-read.ts";
import { type Problem, buildProblemMessages, getProblemIdWithoutOffsets } from "./problem.ts";
import type { ResolvedVariableReadsByStep, ResolvedVariableRead } from "./resolve-reads.ts";
import { quoteName } from "#core/text/quote-name.ts";

/** In neither of the merged versions. The three documents must use the same step keys. */
export function findProblemsCausedByMerge(
  merged: FlowAnalysisResult,
  sides: readonly [FlowDocument, FlowDocument],
  types: StepTypeLookup,
): readonly Problem[] {
  const analyses = sides.map((side) => analyzeFlow(side, types));
  const known = new Set(analyses.flatMap(({ problems }) => problems.map(getProblemIdWithoutOffsets)));
  const sourcesBySide = analyses.map(({ document, reads }) => ({ document, sources: summarizeReads(reads) }));

  const faults: Problem[] = [];
  for (const [step, reads] of merged.reads) {
    const reported = new Set<string>();
    for (const read of reads) {
      const { name, form } = read.reference;
      if (reported.has(name) || form === "explicit" || read.state === "platform") continue;
      const before = sourcesBySide.flatMap(({ document, sources }) => {
        const source = sources.get(step)?.get(name);
        return source === undefined ? [] : [{ document, source }];
      });
      const fault = assessRead(merged, read, before);
      if (fault) faults.push(fault);
      if (fault) reported.add(name);
    }
  }
  const others = merged.problems.filter(
    (problem) =>
      problem.severity !== "info" &&
      problem.code !== "shadowed" &&
      !known.has(getProblemIdWithoutOffsets(problem)) &&
      !faults.some(({ step, name }) => step === problem.step && name !== undefined && name === problem.name),
  );
  return [...faults, ...others];
}

interface Found {
  readonly document: FlowDocument;
  readonly source: StepKey | typeof NOTHING;
}

const NOTHING = "nothing";

function assessRead(
  { document, problems }: FlowAnalysisResult,
  { step, reference, sources: [winner] }: ResolvedVariableRead,
  before: readonly Found[],
): Problem | undefined {
  const { name, at, from, to } = reference;
  const [first] = before;
  if (!first || before.some(({ source }) => source === NOTHING || source === winner)) return undefined;
  const reader = getQuotedStepNameByKey(document, step);
  const loser = getQuotedStepNameByKey(first.document, first.source as StepKey);
  const place = { severity: "warning", step, at, from, to, name } as const;
  if (winner !== undefined) {
    const predicate = `reads ${quoteName(name)} from ${getQuotedStepNameByKey(document, winner)} instead of ${loser}.`;
    const { message, messageAtStep } = buildProblemMessages(reader, predicate);
    return { ...place, code: "shadowed", message: `After the merge, ${message}`, messageAtStep };
  }
  const reported = problems.find(
    (problem) => problem.step === step && problem.name === name && problem.severity === "error",
  );
  if (reported) return reported;
  const messages = buildProblemMessages(reader, `reads ${quoteName(name)}, which ${loser} no longer sets.`);
  return { ...place, code: "unknown-variable", severity: "error", ...messages };
}

function summarizeReads(
  reads: ResolvedVariableReadsByStep,
): ReadonlyMap<StepKey, ReadonlyMap<string, StepKey | typeof NOTHING>> {
  const summary = new Map<StepKey, Map<string, StepKey | typeof NOTHING>>();
  for (const [step, ofStep] of reads) {
    const names = new Map<string, StepKey | typeof NOTHING>();
    for (const { reference, sources } of ofStep) {
      if (names.get(reference.name) !== NOTHING) names.set(reference.name, sources[0] ?? NOTHING);
    }
    summary.set(step, names);
  }
  return summary;
}
