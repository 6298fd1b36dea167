import type { FlowDocument } from "#core/flow-document.ts";
import { nameStep } from "./explain-read.ts";
import { PlaceSet } from "./place-set.ts";
import type { Problem } from "./problem.ts";
import type { FlowReads, ResolvedRead } from "./resolve-reads.ts";

/** References that read another step's value than before: only an edit shows this, since both states are sound. */
export function findWinnerChanges(
  document: FlowDocument,
  before: FlowReads,
  after: FlowReads,
): readonly Problem[] {
  const problems: Problem[] = [];
  for (const [step, reads] of after) {
    const known = before.get(step);
    if (!known) continue;
    let told: PlaceSet | undefined;
    let index = -1;
    for (const read of reads) {
      index += 1;
      const producers = compareWinners(read, known[index]);
      if (!producers) continue;
      const { name, at, from, to } = read.reference;
      if (!(told ??= new PlaceSet()).add(read.reference)) continue;
      const [winner, loser] = producers;
      const message = `${nameStep(document, step)} now reads “${name}” from ${nameStep(document, winner)}; before these edits it came from ${nameStep(document, loser)}.`;
      problems.push({ code: "shadowed", severity: "warning", step, at, from, to, name, message, producers });
    }
  }
  return problems;
}

/** The step whose value is read now and the one whose value was, where they differ. */
function compareWinners({ reference, sources }: ResolvedRead, old: ResolvedRead | undefined) {
  if (old?.reference !== reference) return undefined;
  const [winner, loser] = [sources[0], old.sources[0]];
  return winner !== undefined && loser !== undefined && winner !== loser
    ? ([winner, loser] as const)
    : undefined;
}
