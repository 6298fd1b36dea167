import { type StepPlace, ROOT_STEP_LIST_REF } from "#core/document/step-list.ts";
import { type StepRowData, type StepListRow, buildBranchStepListReference } from "./step-rows.ts";

/** Level 0 is the top level. */
export interface PlaceInGap extends StepPlace {
  readonly level: number;
}

/** The places between two rows, the deepest first: several where nested lists end. */
export type PlacesInGap = readonly PlaceInGap[];

const cachedGaps = new WeakMap<readonly StepListRow[], readonly PlacesInGap[]>();

/** Each visible place is in exactly one gap; read in order, they run from top to bottom. */
export function listPlacesByGap(rows: readonly StepListRow[]): readonly PlacesInGap[] {
  const cached = cachedGaps.get(rows);
  if (cached) return cached;
  const gaps = Array.from({ length: rows.length + 1 }, (_, gap) => listPlacesAtGap(rows, gap));
  cachedGaps.set(rows, gaps);
  return gaps;
}

/** `gap`: the number of rows above. Empty between a conditional and its first branch. */
export function listPlacesAtGap(rows: readonly StepListRow[], gap: number): PlacesInGap {
  const [row, next] = [rows[gap - 1], rows[gap]];
  if (!row) return [{ list: ROOT_STEP_LIST_REF, index: 0, level: 0 }];
  const places: PlaceInGap[] = [];
  if (row.type === "branch") {
    const list = buildBranchStepListReference(row.node.key, row.branch);
    if (row.count !== undefined) places.push({ list, index: 0, level: row.level });
  } else if (next?.type !== "branch" || next.node !== row.node) places.push(placeAfter(row));
  // If the next row is less deep, lists end here: adds the place after each of their conditionals.
  let index = gap - 1;
  for (let level = row.level - 1; level >= (next?.level ?? 0); level -= 1) {
    let outer = rows[index];
    while (outer && (outer.type !== "step" || outer.level !== level)) {
      index -= 1;
      outer = rows[index];
    }
    if (outer?.type === "step") places.push(placeAfter(outer));
  }
  return places;
}

function placeAfter({ list, index, level }: StepRowData): PlaceInGap {
  return { list, index: index + 1, level };
}

export interface DropPlace {
  readonly gap: number;
  readonly place: PlaceInGap;
}

/** Takes the next gap below if this one has no place. */
export function findPlaceNearestToLevel(
  gaps: readonly PlacesInGap[],
  at: number,
  level: number,
): DropPlace | undefined {
  const last = gaps.length - 1;
  let gap = Math.max(0, Math.min(last, at));
  while (gap < last && gaps[gap]?.length === 0) gap += 1;
  const distance = (place: PlaceInGap) => Math.abs(place.level - level);
  const [place] = (gaps[gap] ?? []).toSorted((a, b) => distance(a) - distance(b));
  return place && { gap, place };
}
