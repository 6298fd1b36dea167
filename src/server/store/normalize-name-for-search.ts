/** PostgreSQL limits an index entry to 2,700 bytes; NFKD can expand one letter to 18 characters. */
const MAX_KEY = 500;

/** Without diacritics and case, identical on every store and in every locale. */
export function normalizeNameForSearch(name: string): string {
  const key = name.normalize("NFKD").replaceAll(/\p{M}/gu, "").toLowerCase();
  return Array.from(key).slice(0, MAX_KEY).join("");
}
