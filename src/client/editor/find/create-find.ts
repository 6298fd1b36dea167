import { quoteName } from "#core/text/quote-name.ts";
import { createStore } from "zustand/vanilla";
import { FLOW_LIMITS } from "#contract/flow.ts";
import {
  type StepTextSearchMatch,
  findSearchMatchesInStepTexts,
  planSearchMatchReplacement,
} from "#core/search/find-text.ts";
import type { FlowDocument, StepKey } from "#core/document/flow-document.ts";
import { findStep } from "#core/document/step-list.ts";
import { getStepName } from "#core/document/step.ts";
import type { StepTextReplacement } from "#core/search/step-text-replacements.ts";
import type { JsonPath } from "#core/json/json.ts";
import type { OpenFlow } from "#client/document/open-flow.ts";
import { announceToScreenReaders } from "#client/ui/announce/announce.ts";
import { formatCount } from "#client/ui/format/format-count.ts";

/** Maximum number of matches that a search returns and the list shows. */
export const MAX_FIND_MATCHES = 1000;

/** Debounce of typing in the search field, in milliseconds. */
const DEBOUNCE_MS = 120;

export interface FindAndReplaceState {
  readonly query: string;
  readonly matchCase: boolean;
  readonly wholeWord: boolean;
  readonly replacement: string;
  /** At most {@link MAX_FIND_MATCHES}; during a debounce, the matches of the previous query. */
  readonly matches: readonly StepTextSearchMatch[];
  readonly hasMore: boolean;
  readonly searched: string;
  /** Index of the current match; -1 if no match is current. */
  readonly current: number;
  /** Ids, by {@link buildFindMatchId}, of matches that the user excluded from replacing. */
  readonly excluded: ReadonlySet<string>;
  /** Error message if the last replacement was refused. */
  readonly refusal: string | undefined;
}

export function buildFindMatchId({ key, at, kind, from }: StepTextSearchMatch): string {
  return JSON.stringify([key, at, kind, from]);
}

/** Returns the matches that a replacement changes: all except field names and the matches that the user excluded. */
export function listFindMatchesToReplace({
  matches,
  excluded,
}: FindAndReplaceState): readonly StepTextSearchMatch[] {
  return matches.filter((match) => match.kind === "text" && !excluded.has(buildFindMatchId(match)));
}

const INITIAL_STATE: FindAndReplaceState = {
  query: "",
  matchCase: false,
  wholeWord: false,
  replacement: "",
  matches: [],
  hasMore: false,
  searched: "",
  current: -1,
  excluded: new Set(),
  refusal: undefined,
};

/** Creates the search of find and replace: updates the matches after edits, and goes from match to match. */
function createFind(openFlow: OpenFlow, query: string, onShow: (key: StepKey | undefined) => void) {
  const store = createStore<FindAndReplaceState>(() => ({ ...INITIAL_STATE, query }));
  const { getState: get, setState: set } = store;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let searchedIn: FlowDocument | undefined;
  const documentNow = () => openFlow.getState().history.document;

  /** Searches at once, and keeps the current match if the new result includes it. */
  const search = () => {
    clearTimeout(timer);
    const { query: wanted, matchCase, wholeWord, matches: before, current } = get();
    searchedIn = documentNow();
    const found = findSearchMatchesInStepTexts(searchedIn, wanted, {
      matchCase,
      wholeWord,
      limit: MAX_FIND_MATCHES + 1,
    });
    const matches = found.slice(0, MAX_FIND_MATCHES);
    const at = before[current];
    const id = at && buildFindMatchId(at);
    const same = id === undefined ? -1 : matches.findIndex((match) => buildFindMatchId(match) === id);
    set({
      matches,
      hasMore: found.length > MAX_FIND_MATCHES,
      searched: wanted,
      current: same >= 0 ? same : Math.min(current, matches.length - 1),
    });
  };
  const searchIfStale = () => {
    if (searchedIn !== documentNow() || get().searched !== get().query) search();
  };

  const goTo = (index: number) => {
    const match = get().matches[index];
    set({ current: match ? index : -1 });
    onShow(match?.key);
    if (!match) return;
    const node = findStep(documentNow(), match.key);
    const { field, before, found, after } = describeFindMatch(match);
    const place = `${index + 1} of ${formatFindMatchCount(get())}`;
    announceToScreenReaders(
      `${place}: ${node ? quoteName(getStepName(node)) : ""}, ${field}. ${before}${found}${after}`,
    );
  };

  const step = (by: 1 | -1) => {
    if (get().query === "") return;
    searchIfStale();
    const { matches, current } = get();
    if (matches.length === 0) return announceToScreenReaders("No matches.");
    goTo(current < 0 ? (by > 0 ? 0 : matches.length - 1) : (current + by + matches.length) % matches.length);
  };

  /** Searches after the debounce and goes to the first match. */
  const searchSoon = () => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      search();
      if (get().matches.length > 0) goTo(0);
      else {
        onShow(undefined);
        if (get().query !== "") announceToScreenReaders("No matches.");
      }
    }, DEBOUNCE_MS);
  };

  return {
    store,
    search,
    searchIfStale,

    setQuery: (next: string) => {
      set({ query: next, current: -1, excluded: new Set(), refusal: undefined });
      searchSoon();
    },

    toggle: (option: "matchCase" | "wholeWord") => {
      set({ [option]: !get()[option], current: -1, refusal: undefined });
      searchSoon();
    },

    next: () => step(1),
    previous: () => step(-1),
    goTo,

    /** Searches again after each edit of the flow. Returns the cleanup function. */
    connect: () => {
      if (get().query !== "") searchSoon();
      let awaited: FlowDocument | undefined = documentNow();
      const stop = openFlow.subscribe(() => {
        const document = documentNow();
        if (get().query === "" || document === searchedIn || document === awaited) return;
        awaited = document;
        clearTimeout(timer);
        timer = setTimeout(search, DEBOUNCE_MS);
      });
      return () => {
        clearTimeout(timer);
        stop();
      };
    },
  };
}

/** `onShow` receives the step of the current match, or undefined without one. */
export function createFindAndReplace(
  openFlow: OpenFlow,
  query: string,
  onShow: (key: StepKey | undefined) => void,
) {
  const { search, searchIfStale, ...find } = createFind(openFlow, query, onShow);
  const { getState: get, setState: set } = find.store;

  const replace = (matches: readonly StepTextSearchMatch[]): number => {
    const plan = planSearchMatchReplacement(matches, get().replacement);
    const refusal =
      plan.type === "refused" ? plan.reason : findTooLong(openFlow.getState().history.document, plan.edits);
    set({ refusal });
    if (refusal !== undefined || plan.type === "refused") return 0;
    openFlow.sealEdit();
    openFlow.edit({ type: "replaceText", edits: plan.edits });
    search();
    return new Set(plan.edits.map(({ key }) => key)).size;
  };

  return {
    ...find,

    setReplacement: (replacement: string) => set({ replacement, refusal: undefined }),

    exclude: (match: StepTextSearchMatch, isSpared: boolean) => {
      const excluded = new Set(get().excluded);
      if (isSpared) excluded.add(buildFindMatchId(match));
      else excluded.delete(buildFindMatchId(match));
      set({ excluded });
    },

    replaceCurrent: () => {
      openFlow.flush();
      searchIfStale();
      const { matches, current, replacement } = get();
      const match = matches[current];
      if (!match) return find.next();
      if (match.kind !== "text" || replace([match]) === 0) return;
      // Skips the matches inside the inserted text: a replacement that contains the query must not be replaced again.
      const written = get().matches.filter(
        (other) =>
          isSamePlace(other, match) &&
          other.from >= match.from &&
          other.from < match.from + replacement.length,
      ).length;
      const count = get().matches.length;
      if (count === 0) {
        set({ current: -1 });
        announceToScreenReaders("Replaced. No more matches.");
      } else find.goTo((current + written) % count);
    },

    /** Replaces all chosen matches as one edit, so that one undo reverts them. */
    replaceChosen: () => {
      openFlow.flush();
      searchIfStale();
      const chosen = listFindMatchesToReplace(get());
      if (chosen.length === 0) return;
      const steps = replace(chosen);
      if (steps === 0) return;
      onShow(get().matches[get().current]?.key);
      announceToScreenReaders(
        `Replaced ${formatCount(chosen.length, "match", "matches")} in ${formatCount(steps, "step")}. Undo to restore.`,
        "assertive",
      );
    },
  };
}

export type FindAndReplace = ReturnType<typeof createFindAndReplace>;

/** Formats the number of matches as “17”, or as “1,000+” if the search stopped at {@link MAX_FIND_MATCHES}. */
export function formatFindMatchCount({
  matches,
  hasMore,
}: Pick<FindAndReplaceState, "matches" | "hasMore">): string {
  return `${matches.length.toLocaleString("en-GB")}${hasMore ? "+" : ""}`;
}

function isSamePlace(a: StepTextSearchMatch, b: StepTextSearchMatch): boolean {
  return a.key === b.key && JSON.stringify(a.at) === JSON.stringify(b.at);
}

function findTooLong(document: FlowDocument, edits: readonly StepTextReplacement[]): string | undefined {
  const edit = edits.find(isTooLong);
  const node = edit && findStep(document, edit.key);
  if (!edit || !node) return undefined;
  return `Condition of ${quoteName(getStepName(node))} would exceed ${FLOW_LIMITS.when} characters. Nothing was replaced.`;
}

function isTooLong({ at, text }: StepTextReplacement): boolean {
  return at.length === 1 && at[0] === "when" && text.length > FLOW_LIMITS.when;
}

interface MatchWords {
  /** The field of the step, as shown to the user: “Name”, “Run if”, “http.url”, “messages[0].content”. */
  readonly field: string;
  readonly before: string;
  readonly found: string;
  readonly after: string;
}

/** Maximum numbers of characters of context before and after a match, so that a match fits on one line. */
const BEFORE = 28;
const AFTER = 80;

/** Describes a match by its field and the text around it, on one line. */
export function describeFindMatch({ at, text, from, to, kind }: StepTextSearchMatch): MatchWords {
  const start = Math.max(0, from - BEFORE);
  const before = onOneLine(text.slice(start, from));
  const after = onOneLine(text.slice(to, to + AFTER));
  return {
    field: kind === "field name" ? `${nameField(at)} (field name)` : nameField(at),
    // Drops the second half of a surrogate pair that the slice has cut.
    before: (start > 0 ? "…" : "") + before.replace(/^[\uDC00-\uDFFF]/, ""),
    found: onOneLine(text.slice(from, to)),
    after: after.replace(/[\uD800-\uDBFF]$/, "") + (to + AFTER < text.length ? "…" : ""),
  };
}

function nameField([first, ...rest]: JsonPath): string {
  if (rest.length === 0)
    return { name: "Name", type: "Type", when: "Run if" }[String(first)] ?? String(first);
  const path = first === "config" ? rest : [first ?? "", ...rest];
  return path
    .map((key, index) => (typeof key === "number" ? `[${key}]` : `${index > 0 ? "." : ""}${key}`))
    .join("");
}

function onOneLine(text: string): string {
  return text.replaceAll(/\s+/g, " ");
}
