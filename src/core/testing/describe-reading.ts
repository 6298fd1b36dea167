import type { TextReferences } from "#core/references/occurrence.ts";

/**
 * Formats each read as `page.items.0`. Marks a name that may be local, and a position at which the text is not the
 * name.
 */
export function formatVariableReads(
  text: string,
  { occurrences }: Pick<TextReferences, "occurrences">,
): readonly string[] {
  return occurrences.map(({ name, path, from, to, mayBeLocal }) => {
    const spelled = text.slice(from, to);
    const marks = `${mayBeLocal ? " (perhaps)" : ""}${spelled === name ? "" : ` (spelled ${spelled})`}`;
    return [name, ...path].join(".") + marks;
  });
}
