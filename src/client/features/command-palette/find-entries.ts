import {
  type FoldedText,
  type MatchedRange,
  foldText,
  matchFuzzily,
  matchWords,
  splitQuery,
} from "./fuzzy-match.ts";

export const PALETTE_GROUPS = [
  "Flows",
  "Steps",
  "Actions",
  "Saved views",
  "Tags",
  "Record types",
  "Uses in all flows",
  "All flows",
] as const;
export type PaletteGroupName = (typeof PALETTE_GROUPS)[number];

/** The fields of an entry that decide whether and where it is listed. */
export interface SearchableEntry {
  readonly id: string;
  readonly group: PaletteGroupName;
  readonly label: string;
  /** Words that match too, but rank lower and are not highlighted. */
  readonly terms?: string | undefined;
  /** Position in the list of recently used entries, 0 for the latest; undefined if it was not used recently. */
  readonly recency?: number | undefined;
  /** Whether the server found the entry for the query, so that it is listed even if its name seems not to match. */
  readonly isFoundByServer?: boolean;
  readonly disabledReason?: string | undefined;
  /** Whether the entry acts on the query itself, so that it is listed last for every query. */
  readonly isForAnyQuery?: boolean;
}

export interface FoundEntry<Entry> {
  readonly entry: Entry;
  readonly score: number;
  readonly ranges: readonly MatchedRange[];
}

export interface FoundGroup<Entry> {
  readonly heading: string;
  readonly found: readonly FoundEntry<Entry>[];
}

/** Maximum number of entries per group: few rows render quickly, and a longer query finds the others. */
const MAX_FOUND: Readonly<Record<PaletteGroupName, number>> = {
  Flows: 8,
  Steps: 8,
  Actions: 8,
  "Saved views": 5,
  Tags: 5,
  "Record types": 5,
  "Uses in all flows": 5,
  "All flows": 1,
};
const MAX_RECENT_FLOWS = 5;
const MAX_RECENT_ACTIONS = 4;
/** Maximum number of saved views and of record types without a query. */
const MAX_LISTED_WITHOUT_QUERY = 6;

const FOUND_BY_SERVER_SCORE = 65;
const TERMS_PENALTY = 25;
const RECENT_BONUS = 6;
const DISABLED_PENALTY = 15;

const foldedTexts = new Map<string, FoldedText>();

/** Folds each text only once, because the palette matches the same texts again after every key press. */
function fold(text: string): FoldedText {
  let folded = foldedTexts.get(text);
  if (!folded) {
    if (foldedTexts.size > 20_000) foldedTexts.clear();
    foldedTexts.set(text, (folded = foldText(text)));
  }
  return folded;
}

/** Groups are sorted by their best match. Without a query: recent entries, all actions, some record types. */
export function findEntries<Entry extends SearchableEntry>(
  entries: readonly Entry[],
  query: string,
): readonly FoundGroup<Entry>[] {
  const words = splitQuery(query);
  if (words.length === 0) return listWithoutQuery(entries);
  const scored = entries.flatMap((entry) => {
    const match = scoreEntry(entry, words);
    return match ? [{ entry, ...match }] : [];
  });
  const groups = PALETTE_GROUPS.map((heading) => ({
    heading,
    found: scored
      .filter(({ entry }) => entry.group === heading)
      .toSorted((a, b) => b.score - a.score || recencyOf(a.entry) - recencyOf(b.entry))
      .slice(0, MAX_FOUND[heading]),
  }));
  return groups
    .filter(({ found }) => found.length > 0)
    .toSorted((a, b) => (b.found[0]?.score ?? 0) - (a.found[0]?.score ?? 0));
}

function scoreEntry(entry: SearchableEntry, words: readonly string[]) {
  if (entry.isForAnyQuery) return { score: 0, ranges: [] };
  const bonus =
    (entry.recency === undefined ? 0 : RECENT_BONUS) -
    (entry.disabledReason === undefined ? 0 : DISABLED_PENALTY);
  const named = matchFuzzily(words, fold(entry.label));
  if (named) return { score: named.score + bonus, ranges: named.ranges };
  const other =
    entry.terms === undefined ? undefined : matchWords(words, fold(`${entry.label} ${entry.terms}`));
  if (other) return { score: other.score - TERMS_PENALTY + bonus, ranges: [] };
  return entry.isFoundByServer ? { score: FOUND_BY_SERVER_SCORE + bonus, ranges: [] } : undefined;
}

function listWithoutQuery<Entry extends SearchableEntry>(
  entries: readonly Entry[],
): readonly FoundGroup<Entry>[] {
  const recent = entries
    .filter(({ recency }) => recency !== undefined)
    .toSorted((a, b) => recencyOf(a) - recencyOf(b));
  const recentActions = recent.filter(({ group }) => group === "Actions").slice(0, MAX_RECENT_ACTIONS);
  const groups = [
    {
      heading: "Recent flows",
      shown: recent.filter(({ group }) => group === "Flows").slice(0, MAX_RECENT_FLOWS),
    },
    { heading: "Recent actions", shown: recentActions },
    {
      heading: "Actions",
      shown: entries
        .filter((entry) => entry.group === "Actions" && !recentActions.includes(entry))
        .toSorted((a, b) => Number(isDisabled(a)) - Number(isDisabled(b))),
    },
    ...(["Saved views", "Record types"] as const).map((heading) => ({
      heading,
      shown: entries.filter(({ group }) => group === heading).slice(0, MAX_LISTED_WITHOUT_QUERY),
    })),
  ];
  return groups
    .filter(({ shown }) => shown.length > 0)
    .map(({ heading, shown }) => ({
      heading,
      found: shown.map((entry) => ({ entry, score: 0, ranges: [] })),
    }));
}

function isDisabled({ disabledReason }: SearchableEntry): boolean {
  return disabledReason !== undefined;
}

function recencyOf({ recency }: SearchableEntry): number {
  return recency ?? Number.POSITIVE_INFINITY;
}
