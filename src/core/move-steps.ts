import { type FlowDocument, MAX_LEVEL, type StepKey, type StepNode } from "./flow-document.ts";
import {
  type Place,
  findList,
  heightOf,
  isSameList,
  locateSteps,
  mapLists,
  stepsAround,
} from "./step-list.ts";

export type PlaceRefusal = "no-such-place" | "inside-itself" | "too-deep";

/**
 * Moves steps to one gap, keeping their relative order. Ids inside another moved step go along with it; a place that
 * {@link refusePlace} refuses, and a move that changes nothing, return the same document.
 */
export function moveSteps(document: FlowDocument, keys: readonly StepKey[], place: Place): FlowDocument {
  const moved = topmostSteps(document, keys);
  if (moved.length === 0 || refusePlace(document, keys, place)) return document;
  const isMoved = new Set(moved.map((node) => node.key));
  return mapLists(document, (steps, list) => {
    const kept = steps.some((node) => isMoved.has(node.key))
      ? steps.filter((node) => !isMoved.has(node.key))
      : steps;
    if (!isSameList(list, place.list)) return kept;
    const before = steps.slice(0, place.index).filter((node) => !isMoved.has(node.key)).length;
    const result = kept.toSpliced(before, 0, ...moved);
    return result.length === steps.length && result.every((node, index) => node === steps[index])
      ? steps
      : result;
  });
}

const REFUSALS: Readonly<Record<PlaceRefusal, string>> = {
  "no-such-place": "That place is not there any more.",
  "inside-itself": "A step cannot go inside itself.",
  "too-deep": `Steps can be nested ${MAX_LEVEL} levels deep, and this would be deeper.`,
};

/** The refusal as a sentence. */
export function describeRefusal(refusal: PlaceRefusal): string {
  return REFUSALS[refusal];
}

/** Why these steps cannot go to this place, or undefined when they can. */
export function refusePlace(
  document: FlowDocument,
  keys: readonly StepKey[],
  place: Place,
): PlaceRefusal | undefined {
  const list = findList(document, place.list);
  if (!list || place.index < 0 || place.index > list.length) return "no-such-place";
  if (place.list.type === "root") return undefined;
  const around = stepsAround(document, place.list);
  const isNamed = new Set(keys);
  if (around.some((key) => isNamed.has(key))) return "inside-itself";
  const level = around.length;
  const moved = topmostSteps(document, keys);
  return moved.some((node) => level + heightOf(node) > MAX_LEVEL) ? "too-deep" : undefined;
}

/** The named steps in the order of the page, without those inside another named one and without unknown keys. */
export function topmostSteps(document: FlowDocument, keys: readonly StepKey[]): readonly StepNode[] {
  const known = locateSteps(document);
  const isNamed = new Set(keys);
  return [...isNamed]
    .flatMap((key) => known.get(key) ?? [])
    .filter(({ list }) => !stepsAround(document, list).some((key) => isNamed.has(key)))
    .toSorted((a, b) => a.ordinal - b.ordinal)
    .map(({ node }) => node);
}
