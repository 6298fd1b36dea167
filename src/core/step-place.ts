import { BRANCH_WORDS } from "./describe-branches.ts";
import { BRANCHES, type FlowDocument, type StepKey, type StepNode } from "./flow-document.ts";
import { topmostSteps } from "./move-steps.ts";
import { stepName } from "./step.ts";
import { type Place, type StepListRef, ROOT, findList, isSameList, locateSteps } from "./step-list.ts";

/** Every gap of every open list, in the order of the page: what is inside a conditional comes before the gap after it. */
export function listPlaces(document: FlowDocument): readonly Place[] {
  const places: Place[] = [];
  const visit = (steps: readonly StepNode[], list: StepListRef) => {
    steps.forEach((node, index) => {
      places.push({ list, index });
      for (const branch of BRANCHES) {
        const inside = node.branches?.[branch];
        if (inside) visit(inside, { type: "branch", step: node.key, branch });
      }
    });
    places.push({ list, index: steps.length });
  };
  visit(document.steps, ROOT);
  return places;
}

/**
 * Where a gap is: “before Score”, “at the end”, “in Route › then, first”. `moved` names the steps that are on their way
 * there: they count as gone from where they stand.
 */
export function describePlace(document: FlowDocument, place: Place, moved: readonly StepKey[] = []): string {
  const { before, next } = surveyGap(document, place, moved);
  const neighbour = describeNeighbour(next);
  const path = branchPath(document, place.list).flat();
  if (path.length === 0) return neighbour;
  return `in ${path.join(" › ")}, ${before === 0 ? "first" : next ? neighbour : "last"}`;
}

/** Where a step stands: “position 2 of 9”, “position 2 of 3, in Route else, Split then”; empty for one that is not there. */
export function describePosition(document: FlowDocument, key: StepKey): string {
  const at = locateSteps(document).get(key);
  return at ? positionIn(document, at.list, at.index, findList(document, at.list)?.length ?? 0) : "";
}

/** Where steps would stand if they were dropped into a gap: “position 1 of 3, in Route then, before Score”. */
export function describeLanding(document: FlowDocument, place: Place, moved: readonly StepKey[]): string {
  const { before, others, next } = surveyGap(document, place, moved);
  const count = others + topmostSteps(document, moved).length;
  return `${positionIn(document, place.list, before, count)}, ${describeNeighbour(next)}`;
}

interface Gap {
  /** Steps of the list before the gap, and in all of it, without the moved ones. */
  readonly before: number;
  readonly others: number;
  /** The first step after the gap that stays. */
  readonly next: StepNode | undefined;
}

function surveyGap(document: FlowDocument, { list, index }: Place, moved: readonly StepKey[]): Gap {
  const steps = findList(document, list) ?? [];
  const known = locateSteps(document);
  const isMoved = new Set(moved);
  let [before, others] = [index, steps.length];
  for (const key of isMoved) {
    const at = known.get(key);
    if (!at || !isSameList(at.list, list)) continue;
    others -= 1;
    if (at.index < index) before -= 1;
  }
  let next = index;
  for (let node = steps[next]; node && isMoved.has(node.key); node = steps[next]) next += 1;
  return { before, others, next: steps[next] };
}

function describeNeighbour(next: StepNode | undefined): string {
  return next ? `before ${stepName(next)}` : "at the end";
}

function positionIn(document: FlowDocument, list: StepListRef, index: number, count: number): string {
  const position = `position ${index + 1} of ${count}`;
  const path = branchPath(document, list).map((part) => part.join(" "));
  return path.length === 0 ? position : `${position}, in ${path.join(", ")}`;
}

/** The conditionals around a list with the word for the branch, from the outside in: `[["Route", "else"], ["Split", "then"]]`. */
function branchPath(document: FlowDocument, list: StepListRef): readonly (readonly [string, string])[] {
  if (list.type === "root") return [];
  const around = locateSteps(document).get(list.step);
  if (!around) return [];
  return [...branchPath(document, around.list), [stepName(around.node), BRANCH_WORDS[list.branch]]];
}
