import { STEP_INDEX_LIMITS } from "#contract/step-search.ts";
import { findDifferentItems } from "#server/domain/find-different-items.ts";
import { type StepTerm, getTermId } from "#server/store/step-index-entry.ts";
import {
  type FlowIndex,
  type IndexedStep,
  type StepContent,
  listDistinctTerms,
  listTerms,
} from "./index-entry.ts";

export interface FlowIndexChange {
  readonly areStepsSame: boolean;
  readonly added: readonly StepTerm[];
  readonly removed: readonly StepTerm[];
}

/** Compares the stored steps (JSON text of `IndexedStep[]`) with a new index. Parses only those that differ. */
export function compareWithStoredIndex(storedSteps: string, { steps, contents }: FlowIndex): FlowIndexChange {
  const { from, to, storedItems } = findDifferentItems(storedSteps, steps);
  const same = [...contents.slice(0, from), ...contents.slice(to)];
  const before = (JSON.parse(storedItems) as readonly IndexedStep[]).map((step) => ({
    terms: listTerms(step),
  }));
  const after = contents.slice(from, to);
  const areStepsSame = before.length + after.length === 0;
  const most = countTerms(same) + Math.max(countTerms(before), countTerms(after));
  // With fewer terms, both lists are complete.
  if (most <= STEP_INDEX_LIMITS.termsPerFlow) return { areStepsSame, ...compareTerms(before, after, same) };
  const all = (JSON.parse(storedSteps) as readonly IndexedStep[]).map((step) => ({ terms: listTerms(step) }));
  return {
    areStepsSame,
    ...compareTerms([{ terms: listDistinctTerms(all) }], [{ terms: listDistinctTerms(contents) }], []),
  };
}

type Terms = readonly Pick<StepContent, "terms">[];

function compareTerms(before: Terms, after: Terms, same: Terms) {
  const [old, now] = [before, after].map(
    (each) => new Map(listDistinctTerms(each).map((term) => [getTermId(term), term])),
  );
  const added = new Map([...(now ?? [])].filter(([id]) => !old?.has(id)));
  const removed = new Map([...(old ?? [])].filter(([id]) => !now?.has(id)));
  const texts = new Set([...added.values(), ...removed.values()].map(({ term }) => term));
  for (const { terms } of same) {
    for (const term of terms) {
      if (!texts.has(term.term)) continue;
      added.delete(getTermId(term));
      removed.delete(getTermId(term));
    }
  }
  return { added: [...added.values()], removed: [...removed.values()] };
}

function countTerms(contents: Terms): number {
  return contents.reduce((sum, { terms }) => sum + terms.length, 0);
}
