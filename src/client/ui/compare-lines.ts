import { Change, diff } from "@codemirror/merge";
import { alignLines } from "#core/difference/align-lines.ts";

/** Letters of a changed stretch past which it is told as replaced. */
const MAX_STRETCH = 4_000;

/**
 * What differs between two texts, by lines and then inside of them. CodeMirror's own way looks for letters right away, and
 * calls all of a long text one difference where it has more than a few.
 */
export function compareLines(before: string, after: string): readonly Change[] {
  const [a, b] = [splitLines(before), splitLines(after)];
  const changes: Change[] = [];
  let [fromA, fromB] = [0, 0];
  let [lineA, lineB] = [0, 0];
  const compareTo = (endA: number, endB: number) => {
    if (lineA === endA && lineB === endB) return;
    const [removed, added] = [a.slice(lineA, endA).join(""), b.slice(lineB, endB).join("")];
    changes.push(...compareStretch(removed, added).map((change) => shift(change, fromA, fromB)));
    [fromA, fromB] = [fromA + removed.length, fromB + added.length];
  };
  for (const [left, right] of alignLines(a, b)) {
    compareTo(left, right);
    const { length } = a[left] ?? "";
    [fromA, fromB] = [fromA + length, fromB + length];
    [lineA, lineB] = [left + 1, right + 1];
  }
  compareTo(a.length, b.length);
  return changes;
}

function compareStretch(removed: string, added: string): readonly Change[] {
  if (removed === "" || added === "" || removed.length + added.length > MAX_STRETCH)
    return [new Change(0, removed.length, 0, added.length)];
  const changes = diff(removed, added, { scanLimit: 500 });
  // It may find something of no length between two others.
  return changes.filter(({ fromA, toA, fromB, toB }) => toA > fromA || toB > fromB);
}

const shift = ({ fromA, toA, fromB, toB }: Change, byA: number, byB: number) =>
  new Change(fromA + byA, toA + byA, fromB + byB, toB + byB);

const splitLines = (text: string) => text.match(/[^\n]*\n|[^\n]+/g) ?? [];
