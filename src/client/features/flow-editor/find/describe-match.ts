import type { TextMatch } from "#core/find-text.ts";
import type { JsonPath } from "#core/json.ts";

interface MatchWords {
  /** Where in the step: “Name”, “When”, “http.url”, “messages[0].content”. */
  readonly field: string;
  readonly before: string;
  readonly found: string;
  readonly after: string;
}

/** Characters of context on each side of what was found; the line of a row is cut at its end anyway. */
const BEFORE = 28;
const AFTER = 80;

/** A match in words, with what stands around it on one line. */
export function describeMatch({ at, text, from, to, kind }: TextMatch): MatchWords {
  const start = Math.max(0, from - BEFORE);
  const before = onOneLine(text.slice(start, from));
  const after = onOneLine(text.slice(to, to + AFTER));
  return {
    field: kind === "field name" ? `${nameField(at)} (name of the field)` : nameField(at),
    // A cut through the middle of a character would leave half of it.
    before: (start > 0 ? "…" : "") + before.replace(/^[\uDC00-\uDFFF]/, ""),
    found: onOneLine(text.slice(from, to)),
    after: after.replace(/[\uD800-\uDBFF]$/, "") + (to + AFTER < text.length ? "…" : ""),
  };
}

function nameField([first, ...rest]: JsonPath): string {
  if (rest.length === 0) return { name: "Name", type: "Type", when: "When" }[String(first)] ?? String(first);
  const path = first === "config" ? rest : [first ?? "", ...rest];
  return path
    .map((key, index) => (typeof key === "number" ? `[${key}]` : `${index > 0 ? "." : ""}${key}`))
    .join("");
}

function onOneLine(text: string): string {
  return text.replaceAll(/\s+/g, " ");
}
