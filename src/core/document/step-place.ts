import { quoteName } from "#core/text/quote-name.ts";
import { CONDITIONAL_BRANCH_LABELS } from "./branch-step-counts.ts";
import {
  BRANCH_NAMES,
  type FlowDocument,
  MAX_NESTING_LEVEL,
  type StepKey,
  type StepNode,
} from "./flow-document.ts";
import { getStepName } from "./step.ts";
import {
  type StepPlace,
  type StepListRef,
  ROOT_STEP_LIST_REF,
  findStepList,
  getNestingHeight,
  isSameStepListRef,
  getLocationsOfAllSteps,
  listEnclosingConditionals,
} from "./step-list.ts";
import { getTopmostSteps } from "./topmost-steps.ts";

/** In document order: places inside a conditional precede the place after it. */
export function listStepPlaces(document: FlowDocument): readonly StepPlace[] {
  const places: StepPlace[] = [];
  const visit = (steps: readonly StepNode[], list: StepListRef) => {
    steps.forEach((node, index) => {
      places.push({ list, index });
      for (const branch of BRANCH_NAMES) {
        const inside = node.branches?.[branch];
        if (inside) visit(inside, { type: "branch", step: node.key, branch });
      }
    });
    places.push({ list, index: steps.length });
  };
  visit(document.steps, ROOT_STEP_LIST_REF);
  return places;
}

/** `before “Score”`, `at the end`, `in “Route” › then, first`. Ignores the steps in `moved`. */
export function describeTargetPlace(
  document: FlowDocument,
  place: StepPlace,
  moved: readonly StepKey[] = [],
): string {
  const { before, next } = surveyGap(document, place, moved);
  const neighbor = describeNeighbor(next);
  const path = branchPath(document, place.list).flat();
  if (path.length === 0) return neighbor;
  return `in ${path.join(" › ")}, ${before === 0 ? "first" : next ? neighbor : "last"}`;
}

/** `position 2 of 9`, `position 2 of 3, in “Route” else`. Empty for a missing step. */
export function describeStepPlace(document: FlowDocument, key: StepKey): string {
  const at = getLocationsOfAllSteps(document).get(key);
  return at ? positionIn(document, at.list, at.index, findStepList(document, at.list)?.length ?? 0) : "";
}

/** Describes the position of the moved steps after a drop: `position 1 of 3, in “Route” then, before “Score”`. */
export function describeDroppedPlace(
  document: FlowDocument,
  place: StepPlace,
  moved: readonly StepKey[],
): string {
  const { before, others, next } = surveyGap(document, place, moved);
  const count = others + getTopmostSteps(document, moved).length;
  return `${positionIn(document, place.list, before, count)}, ${describeNeighbor(next)}`;
}

interface Gap {
  readonly before: number;
  readonly others: number;
  readonly next: StepNode | undefined;
}

function surveyGap(document: FlowDocument, { list, index }: StepPlace, moved: readonly StepKey[]): Gap {
  const steps = findStepList(document, list) ?? [];
  const known = getLocationsOfAllSteps(document);
  const isMoved = new Set(moved);
  let [before, others] = [index, steps.length];
  for (const key of isMoved) {
    const at = known.get(key);
    if (!at || !isSameStepListRef(at.list, list)) continue;
    others -= 1;
    if (at.index < index) before -= 1;
  }
  let next = index;
  for (let node = steps[next]; node && isMoved.has(node.key); node = steps[next]) next += 1;
  return { before, others, next: steps[next] };
}

function describeNeighbor(next: StepNode | undefined): string {
  return next ? `before ${quoteName(getStepName(next))}` : "at the end";
}

function positionIn(document: FlowDocument, list: StepListRef, index: number, count: number): string {
  const position = `position ${index + 1} of ${count}`;
  const path = branchPath(document, list).map((part) => part.join(" "));
  return path.length === 0 ? position : `${position}, in ${path.join(", ")}`;
}

function branchPath(document: FlowDocument, list: StepListRef): readonly (readonly [string, string])[] {
  if (list.type === "root") return [];
  const around = getLocationsOfAllSteps(document).get(list.step);
  if (!around) return [];
  return [
    ...branchPath(document, around.list),
    [quoteName(getStepName(around.node)), CONDITIONAL_BRANCH_LABELS[list.branch]],
  ];
}

export type MoveRefusalReason = "no-such-place" | "inside-itself" | "too-deep";

const REFUSALS: Readonly<Record<MoveRefusalReason, string>> = {
  "no-such-place": "This position no longer exists.",
  "inside-itself": "A step can’t be moved into itself.",
  "too-deep": `Steps can be nested up to ${MAX_NESTING_LEVEL} levels deep.`,
};

export function describeMoveRefusal(refusal: MoveRefusalReason): string {
  return REFUSALS[refusal];
}

/** Returns the reason why the steps cannot move to the position, or undefined if they can. */
export function findMoveRefusalReason(
  document: FlowDocument,
  keys: readonly StepKey[],
  place: StepPlace,
): MoveRefusalReason | undefined {
  const list = findStepList(document, place.list);
  if (!list || place.index < 0 || place.index > list.length) return "no-such-place";
  if (place.list.type === "root") return undefined;
  const around = listEnclosingConditionals(document, place.list);
  const isNamed = new Set(keys);
  if (around.some((key) => isNamed.has(key))) return "inside-itself";
  const level = around.length;
  const moved = getTopmostSteps(document, keys);
  return moved.some((node) => level + getNestingHeight(node) > MAX_NESTING_LEVEL) ? "too-deep" : undefined;
}
