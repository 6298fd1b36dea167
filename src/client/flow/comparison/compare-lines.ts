import { Change, diff } from "@codemirror/merge";
import { alignLines } from "#core/difference/align-lines.ts";

/** A longer section counts as replaced as a whole: a character diff of it is slow. */
const MAX_SECTION_LENGTH = 4_000;

/** CodeMirror's diff starts with characters and reports a long text with some differences as one change. */
export function compareLinesThenCharacters(before: string, after: string): readonly Change[] {
  const [a, b] = [splitLines(before), splitLines(after)];
  const changes: Change[] = [];
  let [fromA, fromB] = [0, 0];
  let [lineA, lineB] = [0, 0];
  const compareTo = (endA: number, endB: number) => {
    if (lineA === endA && lineB === endB) return;
    const [removed, added] = [a.slice(lineA, endA).join(""), b.slice(lineB, endB).join("")];
    changes.push(...compareSection(removed, added).map((change) => shift(change, fromA, fromB)));
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

function compareSection(removed: string, added: string): readonly Change[] {
  if (removed === "" || added === "" || removed.length + added.length > MAX_SECTION_LENGTH)
    return [new Change(0, removed.length, 0, added.length)];
  const changes = diff(removed, added, { scanLimit: 500 });
  // Removes empty changes, which CodeMirror's `diff` may return.
  return changes.filter(({ fromA, toA, fromB, toB }) => toA > fromA || toB > fromB);
}

const shift = ({ fromA, toA, fromB, toB }: Change, byA: number, byB: number) =>
  new Change(fromA + byA, toA + byA, fromB + byB, toB + byB);

const splitLines = (text: string) => text.match(/[^\n]+\n?|\n/g) ?? [];
