import type { TextReading } from "./occurrence.ts";

/** For tests: `page.items.0` for each read, with a mark where its position does not spell the name. */
export function describeReads(
  text: string,
  { occurrences }: Pick<TextReading, "occurrences">,
): readonly string[] {
  return occurrences.map(({ name, path, from, to }) => {
    const spelled = text.slice(from, to);
    return [name, ...path].join(".") + (spelled === name ? "" : ` (spelled ${spelled})`);
  });
}
