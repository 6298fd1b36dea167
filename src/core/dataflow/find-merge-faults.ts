import type { FlowDocument, StepKey } from "#core/flow-document.ts";
import type { StepTypes } from "#core/references/reference.ts";
import { type Analysis, analyse } from "./analyse.ts";
import { nameStep } from "./explain-read.ts";
import { type Problem, looseId } from "./problem.ts";
import type { FlowReads, ResolvedRead } from "./resolve-reads.ts";

/**
 * What is wrong with a merge and with neither of the two versions that it was made of, as errors and warnings: what only
 * the two together break. All three know their steps by the same keys.
 */
export function findMergeFaults(
  merged: Analysis,
  sides: readonly [FlowDocument, FlowDocument],
  types: StepTypes,
): readonly Problem[] {
  const analyses = sides.map((side) => analyse(side, types));
  const known = new Set(analyses.flatMap(({ problems }) => problems.map(looseId)));
  const finds = analyses.map(({ document, reads }) => ({ document, sources: summariseReads(reads) }));

  const faults: Problem[] = [];
  for (const [step, reads] of merged.reads) {
    const told = new Set<string>();
    for (const read of reads) {
      const { name, form } = read.reference;
      if (told.has(name) || form === "explicit" || read.state === "platform") continue;
      const before = finds.flatMap(({ document, sources }) => {
        const source = sources.get(step)?.get(name);
        return source === undefined ? [] : [{ document, source }];
      });
      const fault = judgeRead(merged, read, before);
      if (fault) faults.push(fault);
      if (fault) told.add(name);
    }
  }
  const others = merged.problems.filter(
    (problem) =>
      problem.severity !== "info" &&
      // Turns are judged above, against both sides.
      problem.code !== "shadowed" &&
      !known.has(looseId(problem)) &&
      !faults.some(({ step, name }) => step === problem.step && name !== undefined && name === problem.name),
  );
  return [...faults, ...others];
}

/** What a reference found in a version that has it. */
interface Found {
  readonly document: FlowDocument;
  readonly source: StepKey | typeof NOTHING;
}

const NOTHING = "nothing";

function judgeRead(
  { document, problems }: Analysis,
  { step, reference, sources: [winner] }: ResolvedRead,
  before: readonly Found[],
): Problem | undefined {
  const { name, at, from, to } = reference;
  const [first] = before;
  if (!first || before.some(({ source }) => source === NOTHING || source === winner)) return undefined;
  const reader = nameStep(document, step);
  const loser = nameStep(first.document, first.source as StepKey);
  const place = { severity: "warning", step, at, from, to, name } as const;
  if (winner !== undefined) {
    const message = `${reader} now reads “${name}” from ${nameStep(document, winner)}; without the merge it came from ${loser}.`;
    return { ...place, code: "shadowed", message };
  }
  const told = problems.find(
    (problem) => problem.step === step && problem.name === name && problem.severity === "error",
  );
  const message = `${reader} reads “${name}”, which no step sets any more: it came from ${loser}.`;
  return told ?? { ...place, code: "unknown-variable", severity: "error", message };
}

/** By step and name, whose value is read there. A name that finds nothing in one of its places counts as finding nothing. */
function summariseReads(
  reads: FlowReads,
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
