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

interface NameColumns {
  readonly name: SQLWrapper;
  readonly nameKey: SQLWrapper;
}

/** `strpos` without a trigram: for `LIKE`, PostgreSQL may scan the whole trigram index. */
export function buildNameSearchCondition(columns: NameColumns, search: string | undefined): SQL | undefined {
  const contains = buildNameContainsCondition(columns, search);
  if (!canUseTrigramIndex(search)) return contains;
  const pattern = splitAtSigma(search).map(escapeLikePattern).join("_");
  return and(sql`${columns.nameKey} LIKE ${`%${pattern}%`}`, contains);
}

/** Uses no index. */
export function buildNameContainsCondition(
  { name, nameKey }: NameColumns,
  search: string | undefined,
): SQL | undefined {
  const text = (search ?? "").trim();
  if (text === "") return undefined;
  const key = normalizeNameForSearch(text);
  const hasSigma = key.search(SIGMA) >= 0;
  return and(
    key === "" || hasSigma ? undefined : sql`strpos(${nameKey}, ${key}) > 0`,
    hasSigma ? sql`strpos(replace(${nameKey}, 'ς', 'σ'), ${key.replaceAll(SIGMA, "σ")}) > 0` : undefined,
    key === "" || LETTER_MARK.test(text) ? matchesWithMarks(name, text) : undefined,
  );
}

export function escapeLikePattern(text: string): string {
  return text.replaceAll(/[\\%_]/g, String.raw`\$&`);
}

/** Between two pairs in the expression of the index `flows_by_name_characters`. */
const PAIR_SEPARATOR = "\x1f";

/** Three letters or digits, or the beginning of a word with the character before it. */
const INDEXED_WORD = /[^\p{L}\p{N}][\p{L}\p{N}]+|[\p{L}\p{N}]{3,}/gu;

/** The words of a search that a trigram index finds, as parts of a `LIKE` pattern, in their order. */
export function listIndexedWords(search: string | undefined): readonly string[] {
  return splitAtSigma(search)
    .flatMap((part) => part.match(INDEXED_WORD) ?? [])
    .map(escapeLikePattern);
}

/** The pairs of neighboring characters in a search, or its only character. */
export function listCharacterPairs(search: string | undefined): readonly string[] {
  const pairs = splitAtSigma(search).flatMap((part) => {
    const characters = Array.from(part);
    if (characters.length < 2) return characters;
    return characters.slice(1).map((character, index) => `${characters[index]}${character}`);
  });
  return pairs.filter((pair) => !pair.includes(PAIR_SEPARATOR));
}

function splitAtSigma(search: string | undefined): readonly string[] {
  return normalizeNameForSearch((search ?? "").trim()).split(SIGMA);
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
