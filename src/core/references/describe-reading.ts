import type { TextReading } from "./occurrence.ts";

/** For tests: `page.items.0` for each read, with marks where it may be local and where its position does not spell the name. */
export function describeReads(
  text: string,
  { occurrences }: Pick<TextReading, "occurrences">,
): readonly string[] {
  return occurrences.map(({ name, path, from, to, mayBeLocal }) => {
    const spelled = text.slice(from, to);
    const marks = `${mayBeLocal ? " (perhaps)" : ""}${spelled === name ? "" : ` (spelled ${spelled})`}`;
    return [name, ...path].join(".") + marks;
  });
}
