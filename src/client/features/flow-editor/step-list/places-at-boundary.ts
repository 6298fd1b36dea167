import { type Place, ROOT } from "#core/step-list.ts";
import { type StepItem, type StepListRow, branchList } from "./step-rows.ts";

/** A gap of the tree and how deep it lies: 0 at the top, +1 per conditional around it. */
export interface LevelPlace extends Place {
  readonly level: number;
}

/** The places between two rows, the deepest first. */
export type Boundary = readonly LevelPlace[];

const known = new WeakMap<readonly StepListRow[], readonly Boundary[]>();

/**
 * The places of every boundary: the first is above the first row, the last below the last one, so there is one more
 * than rows. Each gap of the lists that are to be seen is at exactly one boundary, and read in order they are the gaps
 * from top to bottom.
 */
export function placesAtBoundaries(rows: readonly StepListRow[]): readonly Boundary[] {
  const last = known.get(rows);
  if (last) return last;
  const boundaries = Array.from({ length: rows.length + 1 }, (_, boundary) => placesAt(rows, boundary));
  known.set(rows, boundaries);
  return boundaries;
}

/**
 * The places of one boundary, counted as the rows above it; found from the rows near it. It may have none: that between
 * a conditional and the head of its first branch.
 */
export function placesAt(rows: readonly StepListRow[], boundary: number): Boundary {
  const [row, next] = [rows[boundary - 1], rows[boundary]];
  if (!row) return [{ list: ROOT, index: 0, level: 0 }];
  const places: LevelPlace[] = [];
  if (row.type === "branch") {
    const list = branchList(row.node.key, row.branch);
    if (row.count !== undefined) places.push({ list, index: 0, level: row.level });
  } else if (next?.type !== "branch" || next.node !== row.node) places.push(placeAfter(row));
  // What follows is less deep: the conditionals in between are over, from the inside out.
  let position = boundary - 1;
  for (let level = row.level - 1; level >= (next?.level ?? 0); level -= 1) {
    let around = rows[position];
    while (around && (around.type !== "step" || around.level !== level)) {
      position -= 1;
      around = rows[position];
    }
    if (around?.type === "step") places.push(placeAfter(around));
  }
  return places;
}

function placeAfter({ list, index, level }: StepItem): LevelPlace {
  return { list, index: index + 1, level };
}

export interface Target {
  readonly boundary: number;
  readonly place: LevelPlace;
}

/** The place at a boundary that is nearest to a level; below it, where the boundary itself has none. */
export function findTarget(boundaries: readonly Boundary[], at: number, level: number): Target | undefined {
  const last = boundaries.length - 1;
  let boundary = Math.max(0, Math.min(last, at));
  while (boundary < last && boundaries[boundary]?.length === 0) boundary += 1;
  const distance = (place: LevelPlace) => Math.abs(place.level - level);
  const [place] = (boundaries[boundary] ?? []).toSorted((a, b) => distance(a) - distance(b));
  return place && { boundary, place };
}
