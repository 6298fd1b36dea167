/**
 * Cuts a text to `length` UTF-16 code units plus an ellipsis. Copies the characters, because V8 represents a plain
 * `slice` as a view that keeps the whole long string in memory.
 */
export function truncateText(text: string, length: number): string {
  if (text.length <= length) return text;
  return `${Buffer.from(text.slice(0, length), "utf16le").toString("utf16le")}…`;
}
