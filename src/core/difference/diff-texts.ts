import { alignSequences } from "./align.ts";

export interface TextDiffSegment {
  readonly type: "same" | "removed" | "added";
  readonly text: string;
}

/** A longer section is shown as entirely removed and added: comparing its words would be slow. */
const MAX_STRETCH = 20_000;

/** Compares two texts word by word; at each position, removed text precedes added text. */
export function diffTextsByWord(before: string, after: string): readonly TextDiffSegment[] {
  // Compares lines first: this is fast on long texts, and words match only within the changed lines.
  const pieces: TextDiffSegment[] = [];
  for (const { removed, added, same } of findStretches(splitLines(before), splitLines(after))) {
    if (removed.length + added.length > MAX_STRETCH) pieces.push(...replacement(removed, added));
    else pieces.push(...diffWords(removed, added));
    pieces.push({ type: "same", text: same });
  }
  return joinAlike(pieces);
}

interface Stretch {
  readonly removed: string;
  readonly added: string;
  readonly same: string;
}

function findStretches(before: readonly string[], after: readonly string[]): readonly Stretch[] {
  const stretches: Stretch[] = [];
  let [atBefore, atAfter] = [0, 0];
  let open: { removed: string; added: string; same: string } | undefined;
  for (const [left, right] of alignSequences(before, after)) {
    if (!open || left > atBefore || right > atAfter) {
      if (open) stretches.push(open);
      open = {
        removed: before.slice(atBefore, left).join(""),
        added: after.slice(atAfter, right).join(""),
        same: "",
      };
    }
    open.same += before[left] ?? "";
    [atBefore, atAfter] = [left + 1, right + 1];
  }
  if (open) stretches.push(open);
  const [removed, added] = [before.slice(atBefore).join(""), after.slice(atAfter).join("")];
  return removed === "" && added === "" ? stretches : [...stretches, { removed, added, same: "" }];
}

function diffWords(before: string, after: string): readonly TextDiffSegment[] {
  const stretches = findStretches(splitWords(before), splitWords(after));
  const pieces: TextDiffSegment[] = [];
  let [removed, added] = ["", ""];
  stretches.forEach((stretch, index) => {
    removed += stretch.removed;
    added += stretch.added;
    const isLast = index === stretches.length - 1;
    if (!isLast && (removed !== "" || added !== "") && !/[\p{L}\p{N}\n]/u.test(stretch.same)) {
      removed += stretch.same;
      added += stretch.same;
      return;
    }
    pieces.push(...replacement(removed, added), { type: "same", text: stretch.same });
    [removed, added] = ["", ""];
  });
  return pieces;
}

const replacement = (removed: string, added: string): readonly TextDiffSegment[] => [
  { type: "removed", text: removed },
  { type: "added", text: added },
];

const splitLines = (text: string) => text.match(/[^\n]+\n?|\n/g) ?? [];

const splitWords = (text: string) => text.match(/\n|[^\S\n]+|[\p{L}\p{N}\p{M}_]+|[^]/gu) ?? [];

function joinAlike(pieces: readonly TextDiffSegment[]): readonly TextDiffSegment[] {
  const joined: TextDiffSegment[] = [];
  for (const piece of pieces) {
    const last = joined.at(-1);
    if (piece.text === "") continue;
    if (last?.type === piece.type) joined[joined.length - 1] = { ...last, text: last.text + piece.text };
    else joined.push(piece);
  }
  return joined;
}
