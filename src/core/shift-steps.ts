import type { FlowDocument, StepKey, StepNode } from "./flow-document.ts";
import { describeRefusal, refusePlace, topmostSteps } from "./move-steps.ts";
import { stepName } from "./step.ts";
import {
  type Place,
  type StepListRef,
  type StepLocation,
  findList,
  findStep,
  isSameList,
  locateSteps,
} from "./step-list.ts";

export type ShiftDirection = "up" | "down" | "out" | "into" | "top" | "bottom";

/**
 * Where a move without a target goes, or the sentence why it goes nowhere. A place is always one that changes something.
 * `canLeave` says of which steps, in a word, that *out* is the way on.
 */
export type Shift =
  | { readonly type: "place"; readonly place: Place }
  | { readonly type: "blocked"; readonly reason: string; readonly canLeave?: "it" | "them" };

/**
 * What “move up”, “move out” and the like mean for these steps. Several go together, and those that stand apart gather
 * at the first of them (going down, at the last). Past the end of *then* comes the start of *else*, and back; only
 * *out* leaves a conditional, and only *into* enters one.
 */
export function findShift(
  document: FlowDocument,
  keys: readonly StepKey[],
  direction: ShiftDirection,
): Shift {
  const moved = topmostSteps(document, keys).flatMap(({ key }) => locateSteps(document).get(key) ?? []);
  const [first, last] = [moved[0], moved.at(-1)];
  if (!first || !last) return blocked("There is no step to move.");
  const block: Block = { moved, first, last };
  const shift = aim(document, block, direction);
  const refusal = shift.type === "place" ? refusePlace(document, keys, shift.place) : undefined;
  return refusal ? blocked(describeRefusal(refusal)) : shift;
}

/** The steps to move, in the order of the page. */
interface Block {
  readonly moved: readonly StepLocation[];
  readonly first: StepLocation;
  readonly last: StepLocation;
}

function aim(document: FlowDocument, block: Block, direction: ShiftDirection): Shift {
  switch (direction) {
    case "up":
    case "top":
      return aimUp(document, block, direction === "top");
    case "down":
    case "bottom":
      return aimDown(document, block, direction === "bottom");
    case "out":
      return aimOut(document, block);
    case "into":
      return aimInto(document, block);
  }
}

function aimUp(document: FlowDocument, block: Block, isAllTheWay: boolean): Shift {
  const { list, index } = block.first;
  if (index > 0 || !isTogether(block)) return toPlace(list, isAllTheWay ? 0 : Math.max(0, index - 1));
  if (list.type === "branch" && list.branch === "falseSteps" && !isAllTheWay) {
    const then = { ...list, branch: "trueSteps" } as const;
    const steps = findList(document, then);
    if (steps) return toPlace(then, steps.length);
  }
  return blockedAtEnd(document, block, "first");
}

function aimDown(document: FlowDocument, block: Block, isAllTheWay: boolean): Shift {
  const { list, index } = block.last;
  const end = findList(document, list)?.length ?? 0;
  if (index < end - 1 || !isTogether(block)) {
    return toPlace(list, isAllTheWay ? end : Math.min(end, index + 2));
  }
  if (list.type === "branch" && list.branch === "trueSteps" && !isAllTheWay) {
    const otherwise = { ...list, branch: "falseSteps" } as const;
    if (findList(document, otherwise)) return toPlace(otherwise, 0);
  }
  return blockedAtEnd(document, block, "last");
}

/** To right after the conditional that holds the first of them. */
function aimOut(document: FlowDocument, block: Block): Shift {
  const { list } = block.first;
  const around = list.type === "branch" ? locateSteps(document).get(list.step) : undefined;
  if (around) return toPlace(around.list, around.index + 1);
  const isAll = block.moved.every(({ level }) => level === 0);
  const who = isAll ? subject(block) : `${stepName(block.first.node)} is`;
  return blocked(`${who} not inside a conditional.`);
}

/** To the end of *then* of the nearest conditional above, else to the start of *then* of the next one below. */
function aimInto(document: FlowDocument, { moved, first }: Block): Shift {
  const isMoved = new Set(moved.map(({ node }) => node.key));
  const steps = findList(document, first.list) ?? [];
  const canHold = (node: StepNode) => node.branches?.trueSteps !== undefined && !isMoved.has(node.key);
  const above = steps.slice(0, first.index).findLast(canHold);
  if (above) return toPlace(thenOf(above), above.branches?.trueSteps?.length ?? 0);
  const below = steps.slice(first.index + 1).find(canHold);
  if (below) return toPlace(thenOf(below), 0);
  const what = moved.length === 1 ? stepName(first.node) : `these ${moved.length} steps`;
  return blocked(`There is no conditional beside ${what} to move into.`);
}

function thenOf({ key }: StepNode): StepListRef {
  return { type: "branch", step: key, branch: "trueSteps" };
}

/** One after the other in one list. */
function isTogether({ moved, first }: Block): boolean {
  return moved.every(
    ({ list, index }, count) => isSameList(list, first.list) && index === first.index + count,
  );
}

function blockedAtEnd(document: FlowDocument, block: Block, end: "first" | "last"): Shift {
  const { list } = block.first;
  const around = list.type === "branch" ? findStep(document, list.step) : undefined;
  if (!around) return blocked(`${subject(block)} already ${end}.`);
  const canLeave = block.moved.length === 1 ? "it" : "them";
  return { ...blocked(`${subject(block)} already ${end} in ${stepName(around)}.`), canLeave };
}

/** “Summarise is”, “3 steps are”. */
function subject({ moved, first }: Block): string {
  return moved.length === 1 ? `${stepName(first.node)} is` : `${moved.length} steps are`;
}

function toPlace(list: StepListRef, index: number): Shift {
  return { type: "place", place: { list, index } };
}

function blocked(reason: string): Shift & { readonly type: "blocked" } {
  return { type: "blocked", reason };
}
