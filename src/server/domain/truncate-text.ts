/** Copies the characters: V8's `slice` would keep the whole long string in memory. */
export function truncateText(text: string, length: number): string {
  if (text.length <= length) return text;
  return `${Buffer.from(text.slice(0, length), "utf16le").toString("utf16le")}…`;
}
