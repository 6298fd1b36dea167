import type { FlowDocument } from "#core/document/flow-document.ts";
import { getQuotedStepNameByKey } from "./explain-read.ts";
import { ReportedVariableReferenceSet } from "./reference-set.ts";
import { type Problem, buildProblemMessages } from "./problem.ts";
import type { ResolvedVariableReadsByStep, ResolvedVariableRead } from "./resolve-reads.ts";
import { quoteName } from "#core/text/quote-name.ts";

/** The reference is valid before and after the edit: only its value differs. */
export function findReadsWithChangedSource(
  document: FlowDocument,
  before: ResolvedVariableReadsByStep,
  after: ResolvedVariableReadsByStep,
): readonly Problem[] {
  const problems: Problem[] = [];
  for (const [step, reads] of after) {
    const known = before.get(step);
    if (!known) continue;
    let reported: ReportedVariableReferenceSet | undefined;
    let index = -1;
    for (const read of reads) {
      index += 1;
      const producers = compareWinners(read, known[index]);
      if (!producers) continue;
      const { name, at, from, to } = read.reference;
      if (!(reported ??= new ReportedVariableReferenceSet()).add(read.reference)) continue;
      const [winner, loser] = producers;
      const predicate = `now reads ${quoteName(name)} from ${getQuotedStepNameByKey(document, winner)} instead of ${getQuotedStepNameByKey(document, loser)}.`;
      const messages = buildProblemMessages(getQuotedStepNameByKey(document, step), predicate);
      const place = { step, at, from, to, name };
      problems.push({ code: "shadowed", severity: "warning", ...place, ...messages, producers });
    }
  }
  return problems;
}

function compareWinners({ reference, sources }: ResolvedVariableRead, old: ResolvedVariableRead | undefined) {
  if (old?.reference !== reference) return undefined;
  const [winner, loser] = [sources[0], old.sources[0]];
  return winner !== undefined && loser !== undefined && winner !== loser
    ? ([winner, loser] as const)
    : undefined;
}
