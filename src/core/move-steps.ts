import { type FlowDocument, MAX_LEVEL, type StepKey, type StepNode } from "./flow-document.ts";
import {
  type Place,
  findList,
  heightOf,
  isSameList,
  keysWithin,
  locateSteps,
  mapLists,
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
  const next = mapLists(document, (steps, list) => {
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
  return next;
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
  const moved = topmostSteps(document, keys);
  const parent = place.list.step;
  if (moved.some((node) => keysWithin(node).includes(parent))) return "inside-itself";
  const level = (locateSteps(document).get(parent)?.level ?? 0) + 1;
  return moved.some((node) => level + heightOf(node) > MAX_LEVEL) ? "too-deep" : undefined;
}

/** The named steps in the order of the page, without those inside another named one and without unknown keys. */
export function topmostSteps(document: FlowDocument, keys: readonly StepKey[]): readonly StepNode[] {
  const wanted = new Set(keys);
  const covered = new Set<StepKey>();
  const result: StepNode[] = [];
  for (const { node } of locateSteps(document).values()) {
    if (!wanted.has(node.key) || covered.has(node.key)) continue;
    result.push(node);
    for (const key of keysWithin(node)) covered.add(key);
  }
  return result;
}
