/**
 * The beginning of a text, as a text of its own: the engine makes of a plain slice a view that keeps the whole of the long
 * text in memory for as long as the short one lives.
 */
export function cutText(text: string, length: number): string {
  return text.length <= length ? text : Buffer.from(text.slice(0, length), "utf16le").toString("utf16le");
}
