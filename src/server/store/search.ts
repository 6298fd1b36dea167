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
  if (!canUseTrigramIndex(search)) return buildNameContainsCondition(columns, search);
  const parts = splitAtSigma(search).map((part) => part.replaceAll(/[\\%_]/g, String.raw`\$&`));
  const isExact = parts.length === 1;
  return and(
    sql`${columns.nameKey} LIKE ${`%${parts.join("_")}%`}`,
    isExact ? buildMarksCondition(columns.name, search) : buildNameContainsCondition(columns, search),
  );
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
    buildMarksCondition(name, text),
  );
}

/** Between two parts in the expression of `name_ngrams`. */
const SEPARATOR = "\x1f";
/** Of a longer search, only every second or third part, and so on, is used. */
const MAX_NGRAMS = 16;

/** The parts by which `name_ngrams` finds a search: of three characters, or of one or two if the search is shorter. */
export function listNameNgrams(search: string | undefined): readonly string[] {
  const ngrams = splitAtSigma(search).flatMap((part) => {
    const characters = Array.from(part);
    if (characters.length <= 3) return part === "" ? [] : [part];
    return characters.slice(2).map((_, index) => characters.slice(index, index + 3).join(""));
  });
  const distinct = [...new Set(ngrams)].filter((ngram) => !ngram.includes(SEPARATOR));
  const every = Math.ceil(distinct.length / MAX_NGRAMS);
  return distinct.filter((_, index) => index % every === 0);
}

function splitAtSigma(search: string | undefined): readonly string[] {
  return normalizeNameForSearch((search ?? "").trim()).split(SIGMA);
}

/** Compares the marks that keys omit; without them, different words of an Indic script would be equal. */
function buildMarksCondition(name: SQLWrapper, search: string | undefined): SQL | undefined {
  const text = (search ?? "").trim();
  if (!LETTER_MARK.test(text) && normalizeNameForSearch(text) !== "") return undefined;
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
