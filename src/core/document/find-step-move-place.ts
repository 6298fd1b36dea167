import { quoteName } from "#core/text/quote-name.ts";
import type { FlowDocument, StepKey, StepNode } from "./flow-document.ts";
import { describeMoveRefusal, findMoveRefusalReason } from "./step-place.ts";
import { getTopmostSteps } from "./topmost-steps.ts";
import { getStepName } from "./step.ts";
import {
  type StepPlace,
  type StepListRef,
  type StepLocation,
  findStepList,
  findStep,
  isSameStepListRef,
  getLocationsOfAllSteps,
} from "./step-list.ts";
import { formatCountWithNoun } from "#core/text/format-count.ts";

export type StepMoveDirection = "up" | "down" | "out" | "into" | "top" | "bottom";

/** `canLeave`: the steps could move out of their conditional instead: “it” for one, “them” for several. */
export type StepMovePlace =
  | { readonly type: "place"; readonly place: StepPlace }
  | { readonly type: "blocked"; readonly reason: string; readonly canLeave?: "it" | "them" };

/** Several steps move as a block. Only `into` enters a conditional and only `out` leaves it. */
export function findStepMovePlace(
  document: FlowDocument,
  keys: readonly StepKey[],
  direction: StepMoveDirection,
): StepMovePlace {
  const moved = getTopmostSteps(document, keys).flatMap(
    ({ key }) => getLocationsOfAllSteps(document).get(key) ?? [],
  );
  const [first, last] = [moved[0], moved.at(-1)];
  if (!first || !last) return blocked("No steps to move.");
  const block: Block = { moved, first, last };
  const shift = aim(document, block, direction);
  const refusal = shift.type === "place" ? findMoveRefusalReason(document, keys, shift.place) : undefined;
  return refusal ? blocked(describeMoveRefusal(refusal)) : shift;
}

interface Block {
  readonly moved: readonly StepLocation[];
  readonly first: StepLocation;
  readonly last: StepLocation;
}

function aim(document: FlowDocument, block: Block, direction: StepMoveDirection): StepMovePlace {
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

function aimUp(document: FlowDocument, block: Block, isAllTheWay: boolean): StepMovePlace {
  const { list, index } = block.first;
  if (index > 0 || !isTogether(block)) return toPlace(list, isAllTheWay ? 0 : Math.max(0, index - 1));
  if (list.type === "branch" && list.branch === "falseSteps" && !isAllTheWay) {
    const then = { ...list, branch: "trueSteps" } as const;
    const steps = findStepList(document, then);
    if (steps) return toPlace(then, steps.length);
  }
  return blockedAtEnd(document, block, "first");
}

function aimDown(document: FlowDocument, block: Block, isAllTheWay: boolean): StepMovePlace {
  const { list, index } = block.last;
  const end = findStepList(document, list)?.length ?? 0;
  if (index < end - 1 || !isTogether(block)) {
    return toPlace(list, isAllTheWay ? end : Math.min(end, index + 2));
  }
  if (list.type === "branch" && list.branch === "trueSteps" && !isAllTheWay) {
    const otherwise = { ...list, branch: "falseSteps" } as const;
    if (findStepList(document, otherwise)) return toPlace(otherwise, 0);
  }
  return blockedAtEnd(document, block, "last");
}

function aimOut(document: FlowDocument, block: Block): StepMovePlace {
  const { list } = block.first;
  const around = list.type === "branch" ? getLocationsOfAllSteps(document).get(list.step) : undefined;
  if (around) return toPlace(around.list, around.index + 1);
  const isAll = block.moved.every(({ level }) => level === 0);
  const who = isAll ? subject(block) : `${quoteName(getStepName(block.first.node))} is`;
  return blocked(`${who} not inside a conditional.`);
}

function aimInto(document: FlowDocument, { moved, first }: Block): StepMovePlace {
  const isMoved = new Set(moved.map(({ node }) => node.key));
  const steps = findStepList(document, first.list) ?? [];
  const canHold = (node: StepNode) => node.branches?.trueSteps !== undefined && !isMoved.has(node.key);
  const above = steps.slice(0, first.index).findLast(canHold);
  if (above) return toPlace(thenOf(above), above.branches?.trueSteps?.length ?? 0);
  const below = steps.slice(first.index + 1).find(canHold);
  if (below) return toPlace(thenOf(below), 0);
  const what =
    moved.length === 1
      ? quoteName(getStepName(first.node))
      : `these ${formatCountWithNoun(moved.length, "step")}`;
  return blocked(`No conditional next to ${what} to move into.`);
}

function thenOf({ key }: StepNode): StepListRef {
  return { type: "branch", step: key, branch: "trueSteps" };
}

function isTogether({ moved, first }: Block): boolean {
  return moved.every(
    ({ list, index }, count) => isSameStepListRef(list, first.list) && index === first.index + count,
  );
}

function blockedAtEnd(document: FlowDocument, block: Block, end: "first" | "last"): StepMovePlace {
  const { list } = block.first;
  const around = list.type === "branch" ? findStep(document, list.step) : undefined;
  if (!around) return blocked(`${subject(block)} already ${end}.`);
  const canLeave = block.moved.length === 1 ? "it" : "them";
  return { ...blocked(`${subject(block)} already ${end} in ${quoteName(getStepName(around))}.`), canLeave };
}

function subject({ moved, first }: Block): string {
  return moved.length === 1
    ? `${quoteName(getStepName(first.node))} is`
    : `${formatCountWithNoun(moved.length, "step")} are`;
}

function toPlace(list: StepListRef, index: number): StepMovePlace {
  return { type: "place", place: { list, index } };
}

function blocked(reason: string): StepMovePlace & { readonly type: "blocked" } {
  return { type: "blocked", reason };
}
