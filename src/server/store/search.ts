import { type SQL, type SQLWrapper, and, sql } from "drizzle-orm";
import type { PgTable } from "drizzle-orm/pg-core";
import type { DatabaseReader } from "./database.ts";
import { normalizeNameForSearch } from "./normalize-name-for-search.ts";

export function isSearchTextEmpty(search: string | undefined): boolean {
  return (search ?? "").trim() === "";
}

/** Both forms of the Greek letter sigma: at the end of a word, it has another form, also in stored keys. */
const SIGMA = /[σς]/g;
/** Vowel signs and similar marks, but not accents, whose script is “Inherited”. */
const LETTER_MARK = /(?!\p{Script=Inherited})\p{M}/u;
const ACCENT = "[\u0300-\u036F]";

/** A trigram index cannot find a key without three consecutive letters or digits. */
export function hasTrigramForSearchIndex(key: string): boolean {
  return /[\p{L}\p{N}]{3}/u.test(key);
}

/** σ and ς are the same letter for the search, but not for the index. */
export function canUseTrigramIndex(search: string | undefined): boolean {
  return hasTrigramForSearchIndex(normalizeNameForSearch((search ?? "").trim()).replaceAll(SIGMA, " "));
}

/** `strpos` without a trigram: for `LIKE`, PostgreSQL may scan the whole trigram index. */
export function buildNameSearchCondition(
  { name, nameKey }: { readonly name: SQLWrapper; readonly nameKey: SQLWrapper },
  search: string | undefined,
): SQL | undefined {
  const text = (search ?? "").trim();
  if (text === "") return undefined;
  const key = normalizeNameForSearch(text);
  const pattern = `%${key.replaceAll(/[\\%_]/g, String.raw`\$&`).replaceAll(SIGMA, "_")}%`;
  const hasSigma = key.search(SIGMA) >= 0;
  const isKeyExact = key !== "" && !hasSigma;
  const isIndexed = canUseTrigramIndex(text);
  return and(
    isIndexed ? sql`${nameKey} LIKE ${pattern}` : undefined,
    isKeyExact && !isIndexed ? sql`strpos(${nameKey}, ${key}) > 0` : undefined,
    hasSigma ? sql`strpos(replace(${nameKey}, 'ς', 'σ'), ${key.replaceAll(SIGMA, "σ")}) > 0` : undefined,
    key === "" || LETTER_MARK.test(text) ? matchesWithMarks(name, text) : undefined,
  );
}

/** Compares the marks that keys omit; without them, different words of an Indic script would be equal. */
function matchesWithMarks(name: SQLWrapper, text: string): SQL {
  const whole = text.normalize("NFKD").toLowerCase();
  const wanted = whole.replaceAll(/[\u0300-\u036F]/g, "");
  if (wanted === "") return sql`strpos(normalize(${name}, NFKD), ${whole}) > 0`;
  return sql`strpos(lower(regexp_replace(normalize(${name}, NFKD), ${ACCENT}, '', 'g')), ${wanted}) > 0`;
}

export async function countRowsUpTo(
  reader: DatabaseReader,
  table: PgTable,
  where: SQL | undefined,
  most: number,
): Promise<number | undefined> {
  const some = reader
    .select({ one: sql`1`.as("one") })
    .from(table)
    .where(where)
    .limit(most + 1)
    .as("some");
  const [row] = await reader.select({ total: sql`count(*)`.mapWith(Number) }).from(some);
  const total = row?.total ?? 0;
  return total > most ? undefined : total;
}
