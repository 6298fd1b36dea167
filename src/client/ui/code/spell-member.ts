import type { CodeLanguage } from "./select-text-range.ts";

/**
 * Writes the access to a member after its object in a template, such as `.email` or `['last order']`. Returns undefined
 * if no template can read the member. Prefers `'`, because `"` would end a string of JSON.
 */
export function spellMember(key: string, language: CodeLanguage): string | undefined {
  if (/^[\p{ID_Continue}-]+$/u.test(key)) return `.${key}`;
  if (/[\\{}\n\r]/.test(key)) return undefined;
  const mayDoubleQuote = language !== "json" && !key.includes('"');
  if (key.includes("'")) return mayDoubleQuote ? `["${key}"]` : undefined;
  return language === "json" && key.includes('"') ? undefined : `['${key}']`;
}
