/**
 * The beginning of a text and an ellipsis, where it is longer than that; as a text of its own. The engine makes of a plain
 * slice a view that keeps the whole of the long text in memory for as long as the short one lives.
 */
export function cutText(text: string, length: number): string {
  if (text.length <= length) return text;
  return `${Buffer.from(text.slice(0, length), "utf16le").toString("utf16le")}…`;
}
