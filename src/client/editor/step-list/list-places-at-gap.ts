import { type StepPlace, ROOT_STEP_LIST_REF } from "#core/document/step-list.ts";
import { type StepRowData, type StepListRow, buildBranchStepListReference } from "./step-rows.ts";

/**
 * An insertion point in a list of steps, with its nesting level: 0 at the top level, +1 per surrounding conditional.
 */
export interface PlaceInGap extends StepPlace {
  readonly level: number;
}

/** The insertion points between two rows, the deepest first: several where nested lists end. */
export type PlacesInGap = readonly PlaceInGap[];

const cachedBoundaries = new WeakMap<readonly StepListRow[], readonly PlacesInGap[]>();

/**
 * Returns the insertion points at every boundary between rows, including above the first row and below the last. Each
 * visible insertion point is at exactly one boundary; read in order, they run from top to bottom.
 */
export function listPlacesByGap(rows: readonly StepListRow[]): readonly PlacesInGap[] {
  const cached = cachedBoundaries.get(rows);
  if (cached) return cached;
  const boundaries = Array.from({ length: rows.length + 1 }, (_, boundary) =>
    listPlacesAtGap(rows, boundary),
  );
  cachedBoundaries.set(rows, boundaries);
  return boundaries;
}

/**
 * Returns the insertion points at one boundary, given as the number of rows above it. Empty between a conditional and
 * the head row of its first branch.
 */
export function listPlacesAtGap(rows: readonly StepListRow[], boundary: number): PlacesInGap {
  const [row, next] = [rows[boundary - 1], rows[boundary]];
  if (!row) return [{ list: ROOT_STEP_LIST_REF, index: 0, level: 0 }];
  const places: PlaceInGap[] = [];
  if (row.type === "branch") {
    const list = buildBranchStepListReference(row.node.key, row.branch);
    if (row.count !== undefined) places.push({ list, index: 0, level: row.level });
  } else if (next?.type !== "branch" || next.node !== row.node) places.push(placeAfter(row));
  // If the next row is less deep, lists end at this boundary; adds the insertion point after each of their
  // conditionals, innermost first.
  let position = boundary - 1;
  for (let level = row.level - 1; level >= (next?.level ?? 0); level -= 1) {
    let outer = rows[position];
    while (outer && (outer.type !== "step" || outer.level !== level)) {
      position -= 1;
      outer = rows[position];
    }
    if (outer?.type === "step") places.push(placeAfter(outer));
  }
  return places;
}

function placeAfter({ list, index, level }: StepRowData): PlaceInGap {
  return { list, index: index + 1, level };
}

export interface DropPlace {
  readonly boundary: number;
  readonly place: PlaceInGap;
}

/**
 * Finds the insertion point at a boundary whose nesting level is nearest to `level`; if the boundary has none, uses the
 * next boundary below.
 */
export function findPlaceNearestToLevel(
  boundaries: readonly PlacesInGap[],
  at: number,
  level: number,
): DropPlace | undefined {
  const last = boundaries.length - 1;
  let boundary = Math.max(0, Math.min(last, at));
  while (boundary < last && boundaries[boundary]?.length === 0) boundary += 1;
  const distance = (place: PlaceInGap) => Math.abs(place.level - level);
  const [place] = (boundaries[boundary] ?? []).toSorted((a, b) => distance(a) - distance(b));
  return place && { boundary, place };
}
