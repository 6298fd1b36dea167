import { toApiStep } from "#core/document/flow-document.ts";
import { isEqualJson } from "#core/json/json.ts";
import type { ConflictChoice, ConflictChoices, MergeConflict, MergeSide } from "#core/merge/conflict.ts";
import { isSameStepListRef } from "#core/document/step-list.ts";

/** A user's choice for a conflict; valid only while the conflict has the values that the user saw. */
export interface ConflictDecision {
  readonly choice: ConflictChoice;
  readonly conflict: MergeConflict;
  /** Kept when a side is chosen: moving through the options with arrow keys would delete the text. */
  readonly written: CustomConflictChoice | undefined;
}

export type CustomConflictChoice = Exclude<ConflictChoice, MergeSide>;

export type ConflictDecisions = ReadonlyMap<string, ConflictDecision>;

export const NO_CONFLICT_DECISIONS: ConflictDecisions = new Map();

export function addConflictDecision(
  decisions: ConflictDecisions,
  conflict: MergeConflict,
  choice: ConflictChoice,
): ConflictDecisions {
  const written = typeof choice === "object" ? choice : decisions.get(conflict.id)?.written;
  return new Map(decisions).set(conflict.id, { choice, conflict, written });
}

/** Keeps all other decisions: a conflict that has disappeared may reappear because of this choice. */
export function addConflictDecisionsForSide(
  decisions: ConflictDecisions,
  conflicts: readonly MergeConflict[],
  side: MergeSide,
): ConflictDecisions {
  const chosen = new Map(decisions);
  for (const conflict of conflicts)
    chosen.set(conflict.id, { choice: side, conflict, written: decisions.get(conflict.id)?.written });
  return chosen;
}

export function hasCustomConflictText(decisions: ConflictDecisions): boolean {
  return [...decisions.values()].some(({ written }) => written !== undefined);
}

export function toConflictChoicesFromDecisions(decisions: ConflictDecisions): ConflictChoices {
  return new Map([...decisions].map(([id, { choice }]) => [id, choice]));
}

/** `stale`: one side of the conflict has changed since the choice. */
export function getConflictDecisionState(
  decisions: ConflictDecisions,
  conflict: MergeConflict,
): "open" | "stale" | "decided" {
  const decision = decisions.get(conflict.id);
  if (!decision) return "open";
  return isSameConflict(decision.conflict, conflict) ? "decided" : "stale";
}

export function createConflictDecidedPredicate(
  decisions: ConflictDecisions,
): (conflict: MergeConflict) => boolean {
  return (conflict) => getConflictDecisionState(decisions, conflict) === "decided";
}

function isSameConflict(a: MergeConflict, b: MergeConflict): boolean {
  switch (a.type) {
    case "field":
      return (
        b.type === "field" &&
        isEqualJson(a.base, b.base) &&
        isEqualJson(a.mine, b.mine) &&
        isEqualJson(a.theirs, b.theirs)
      );
    case "removal":
      return (
        b.type === "removal" &&
        a.removedBy === b.removedBy &&
        (a.node === b.node || isEqualJson(toApiStep(a.node), toApiStep(b.node)))
      );
    case "place":
      return b.type === "place" && isSamePlace(a.mine, b.mine) && isSamePlace(a.theirs, b.theirs);
  }
}

function isSamePlace(a: (MergeConflict & { type: "place" })["mine"], b: typeof a): boolean {
  return a.index === b.index && isSameStepListRef(a.list, b.list);
}
