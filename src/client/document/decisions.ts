import { toWireStep } from "#core/flow-document.ts";
import { equalJson } from "#core/json.ts";
import type { Choice, Choices, Clash, Side } from "#core/merge/clash.ts";
import { isSameList } from "#core/step-list.ts";

/** What was chosen, and what it was chosen of: a choice between other values than those that were seen is none. */
export interface Decision {
  readonly choice: Choice;
  readonly clash: Clash;
  /** What was put together by hand, also while one side is chosen: going through the choices by keys loses nothing. */
  readonly written: OwnChoice | undefined;
}

export type OwnChoice = Exclude<Choice, Side>;

/** By the clash's id. */
export type Decisions = ReadonlyMap<string, Decision>;

export const UNDECIDED: Decisions = new Map();

export function decide(decisions: Decisions, clash: Clash, choice: Choice): Decisions {
  const written = typeof choice === "object" ? choice : decisions.get(clash.id)?.written;
  return new Map(decisions).set(clash.id, { choice, clash, written });
}

/** One side for all of these; what was chosen of others, which such a choice may bring back, stays. */
export function decideAll(decisions: Decisions, clashes: readonly Clash[], side: Side): Decisions {
  const chosen = new Map(decisions);
  for (const clash of clashes)
    chosen.set(clash.id, { choice: side, clash, written: decisions.get(clash.id)?.written });
  return chosen;
}

/** Somebody wrote a text that is in no document yet. */
export function holdWrittenText(decisions: Decisions): boolean {
  return [...decisions.values()].some(({ written }) => written !== undefined);
}

export function choicesOf(decisions: Decisions): Choices {
  return new Map([...decisions].map(([id, { choice }]) => [id, choice]));
}

/** `stale`: something was chosen, but one of the sides has changed since. */
export function stateOf(decisions: Decisions, clash: Clash): "open" | "stale" | "decided" {
  const decision = decisions.get(clash.id);
  if (!decision) return "open";
  return isSameClash(decision.clash, clash) ? "decided" : "stale";
}

export function isDecidedBy(decisions: Decisions): (clash: Clash) => boolean {
  return (clash) => stateOf(decisions, clash) === "decided";
}

function isSameClash(a: Clash, b: Clash): boolean {
  switch (a.type) {
    case "field":
      return (
        b.type === "field" &&
        equalJson(a.base, b.base) &&
        equalJson(a.mine, b.mine) &&
        equalJson(a.theirs, b.theirs)
      );
    case "removal":
      return (
        b.type === "removal" &&
        a.removedBy === b.removedBy &&
        (a.node === b.node || equalJson(toWireStep(a.node), toWireStep(b.node)))
      );
    case "place":
      return b.type === "place" && isSamePlace(a.mine, b.mine) && isSamePlace(a.theirs, b.theirs);
  }
}

function isSamePlace(a: (Clash & { type: "place" })["mine"], b: typeof a): boolean {
  return a.index === b.index && isSameList(a.list, b.list);
}
