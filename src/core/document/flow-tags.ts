import { hasVisibleText } from "#core/text/quote-name.ts";

/** `length` counts UTF-16 code units of a trimmed name. */
export const FLOW_TAG_LIMITS = { length: 40, perFlow: 20 } as const;

export interface FlowTagChange {
  readonly add?: readonly string[] | undefined;
  readonly remove?: readonly string[] | undefined;
}

/** Returns the form in which two spellings of a tag are equal: trimmed, composed and in lower case. */
export function getFlowTagKey(name: string): string {
  return name.trim().normalize("NFC").toLowerCase();
}

/** Control characters, halves of surrogates, line separators, and marks that change the text direction. */
const FORBIDDEN_CHARACTERS = /[\p{Cc}\p{Cs}\u2028\u2029\u202A-\u202E\u2066-\u2069]/u;

/** Returns the reason why a name cannot be a tag, as a sentence with an error code; undefined for a valid name. */
export function findFlowTagFault(
  name: string,
): { readonly code: "TOO_SHORT" | "TOO_LONG" | "INVALID_TEXT"; readonly message: string } | undefined {
  const trimmed = name.trim();
  if (!hasVisibleText(trimmed)) return { code: "TOO_SHORT", message: "A tag must not be empty." };
  if (trimmed.length > FLOW_TAG_LIMITS.length)
    return { code: "TOO_LONG", message: `A tag has at most ${FLOW_TAG_LIMITS.length} characters.` };
  if (FORBIDDEN_CHARACTERS.test(trimmed))
    return { code: "INVALID_TEXT", message: "A tag must not contain control characters." };
  return undefined;
}

/** Removals come first. The spelling of a tag that is already present does not change. */
export function changeFlowTags(
  tags: readonly string[],
  { add = [], remove = [] }: FlowTagChange,
): readonly string[] {
  const removed = new Set(remove.map(getFlowTagKey));
  const byKey = new Map<string, string>();
  for (const tag of [...tags.filter((tag) => !removed.has(getFlowTagKey(tag))), ...add]) {
    const key = getFlowTagKey(tag);
    if (!byKey.has(key)) byKey.set(key, tag.trim());
  }
  return [...byKey].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, name]) => name);
}
