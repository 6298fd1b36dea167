/**
 * Maps the caret when a text is reformatted: the caret stays after the same number of non-whitespace characters or,
 * if the texts differ before the caret, at the same line and column if possible.
 */
export function mapCaretToReformattedText(before: string, after: string, caret: number): number {
  let [from, to] = [0, 0];
  while (from < caret) {
    if (isSpace(before, from)) {
      from += 1;
      continue;
    }
    while (to < after.length && isSpace(after, to)) to += 1;
    if (before.charCodeAt(from) !== after.charCodeAt(to)) return keepLine(before, after, caret);
    from += 1;
    to += 1;
  }
  return to;
}

const isSpace = (text: string, at: number) => /\s/.test(text.charAt(at));

function keepLine(before: string, after: string, caret: number): number {
  const lines = before.slice(0, caret).split("\n");
  const column = lines.at(-1)?.length ?? 0;
  let start = 0;
  for (let line = 1; line < lines.length; line += 1) {
    const next = after.indexOf("\n", start);
    if (next === -1) break;
    start = next + 1;
  }
  const end = after.indexOf("\n", start);
  return Math.min(start + column, end === -1 ? after.length : end);
}
