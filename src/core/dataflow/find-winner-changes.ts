import type { FlowDocument } from "#core/flow-document.ts";
import { nameStep } from "./explain-read.ts";
import type { Problem } from "./problem.ts";
import type { FlowReads } from "./resolve-reads.ts";

/** References that read another step's value than before: only an edit shows this, since both states are sound. */
export function findWinnerChanges(
  document: FlowDocument,
  before: FlowReads,
  after: FlowReads,
): readonly Problem[] {
  const problems: Problem[] = [];
  for (const [step, reads] of after) {
    const known = before.get(step);
    const told = new Set<string>();
    reads.forEach(({ reference, sources }, index) => {
      const { name, at, from, to } = reference;
      const old = known?.[index];
      const [winner, loser] = [sources[0], old?.sources[0]];
      if (old?.reference !== reference || winner === undefined || loser === undefined) return;
      const place = `${name}\n${at.join("\n")}`;
      if (winner === loser || told.has(place)) return;
      told.add(place);
      const message = `${nameStep(document, step)} now reads “${name}” from ${nameStep(document, winner)}; before these edits it came from ${nameStep(document, loser)}.`;
      const producers = [winner, loser];
      problems.push({ code: "shadowed", severity: "warning", step, at, from, to, name, message, producers });
    });
  }
  return problems;
}
