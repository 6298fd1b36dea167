import { createStore } from "zustand/vanilla";
import { FLOW_LIMITS } from "#contract/flow.ts";
import { type TextMatch, findText, planReplace } from "#core/find-text.ts";
import type { FlowDocument, StepKey } from "#core/flow-document.ts";
import { findStep } from "#core/step-list.ts";
import { stepName } from "#core/step.ts";
import type { TextEdit } from "#core/text-edit.ts";
import type { OpenFlow } from "#client/document/open-flow.ts";
import { announce } from "#client/ui/announce.ts";
import { formatCount } from "#client/ui/format-count.ts";
import { describeMatch } from "./describe-match.ts";

/** As many matches as are held and shown. Who has more types another letter. */
export const FIND_LIMIT = 1000;

/** After the last key, in milliseconds. */
const REST_MS = 120;

export interface FindState {
  readonly query: string;
  readonly matchCase: boolean;
  readonly wholeWord: boolean;
  readonly replacement: string;
  /** The matches of the query, at most {@link FIND_LIMIT}; of the one before while the next is being looked for. */
  readonly matches: readonly TextMatch[];
  readonly hasMore: boolean;
  /** The query that `matches` belong to. */
  readonly searched: string;
  /** Which match was gone to; -1 before the first. */
  readonly current: number;
  /** What was taken out of replacing, by {@link matchId}. */
  readonly spared: ReadonlySet<string>;
  /** Why nothing was replaced. */
  readonly refusal: string | undefined;
}

export function matchId({ key, at, kind, from }: TextMatch): string {
  return JSON.stringify([key, at, kind, from]);
}

/** The matches that “Replace” is about: texts that were not taken out. */
export function chosenMatches({ matches, spared }: FindState): readonly TextMatch[] {
  return matches.filter((match) => match.kind === "text" && !spared.has(matchId(match)));
}

/** Finding and replacing in one open flow; `onShow` brings the step of a match into view. */
export function createFind(openFlow: OpenFlow, query: string, onShow: (key: StepKey | undefined) => void) {
  const store = createStore<FindState>(() => ({
    query,
    matchCase: false,
    wholeWord: false,
    replacement: "",
    matches: [],
    hasMore: false,
    searched: "",
    current: -1,
    spared: new Set(),
    refusal: undefined,
  }));
  const { getState: get, setState: set } = store;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let searchedIn: FlowDocument | undefined;
  const documentNow = () => openFlow.getState().history.document;

  /** Looks again; the match that was gone to stays the current one if it is still there. */
  const search = () => {
    clearTimeout(timer);
    const { query: wanted, matchCase, wholeWord, matches: before, current } = get();
    searchedIn = documentNow();
    const found = findText(searchedIn, wanted, { matchCase, wholeWord, limit: FIND_LIMIT + 1 });
    const matches = found.slice(0, FIND_LIMIT);
    const at = before[current];
    const id = at && matchId(at);
    const same = id === undefined ? -1 : matches.findIndex((match) => matchId(match) === id);
    set({
      matches,
      hasMore: found.length > FIND_LIMIT,
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
    const { field, before, found, after } = describeMatch(match);
    const place = `${index + 1} of ${countMatches(get())}`;
    announce(`${place}: ${node ? stepName(node) : ""}, ${field}. ${before}${found}${after}`);
  };

  const step = (by: 1 | -1) => {
    searchIfStale();
    const { matches, current } = get();
    if (matches.length === 0) return announce("No matches.");
    goTo(current < 0 ? (by > 0 ? 0 : matches.length - 1) : (current + by + matches.length) % matches.length);
  };

  /** What was typed last is looked for after a rest, and its first match shown. */
  const searchSoon = () => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      search();
      if (get().matches.length > 0) goTo(0);
      else {
        onShow(undefined);
        if (get().query !== "") announce("No matches.");
      }
    }, REST_MS);
  };

  const replace = (matches: readonly TextMatch[]): number => {
    const plan = planReplace(matches, get().replacement);
    const refusal = plan.type === "refused" ? plan.reason : findTooLong(documentNow(), plan.edits);
    set({ refusal });
    if (refusal !== undefined || plan.type === "refused") return 0;
    openFlow.sealEdit();
    openFlow.edit({ type: "replaceText", edits: plan.edits });
    search();
    return new Set(plan.edits.map(({ key }) => key)).size;
  };

  return {
    store,

    setQuery: (next: string) => {
      set({ query: next, current: -1, spared: new Set(), refusal: undefined });
      searchSoon();
    },

    toggle: (option: "matchCase" | "wholeWord") => {
      set({ [option]: !get()[option], current: -1, refusal: undefined });
      searchSoon();
    },

    setReplacement: (replacement: string) => set({ replacement, refusal: undefined }),

    next: () => step(1),
    previous: () => step(-1),
    goTo,

    /** Takes a match out of replacing, or back in. */
    spare: (match: TextMatch, isSpared: boolean) => {
      const spared = new Set(get().spared);
      if (isSpared) spared.add(matchId(match));
      else spared.delete(matchId(match));
      set({ spared });
    },

    /** Replaces the match that was gone to and goes on to the next one. */
    replaceCurrent: () => {
      openFlow.settle();
      searchIfStale();
      const { matches, current, replacement } = get();
      const match = matches[current];
      if (!match) return step(1);
      if (match.kind !== "text" || replace([match]) === 0) return;
      // What was just written may hold the query again; it is not to be replaced once more.
      const written = get().matches.filter(
        (other) =>
          isSamePlace(other, match) &&
          other.from >= match.from &&
          other.from < match.from + replacement.length,
      ).length;
      const count = get().matches.length;
      if (count === 0) {
        set({ current: -1 });
        announce("Replaced. There are no more matches.");
      } else goTo((current + written) % count);
    },

    /** Replaces everything that is chosen, as one edit. */
    replaceChosen: () => {
      openFlow.settle();
      searchIfStale();
      const chosen = chosenMatches(get());
      if (chosen.length === 0) return;
      const steps = replace(chosen);
      if (steps === 0) return;
      onShow(get().matches[get().current]?.key);
      announce(
        `Replaced ${formatCount(chosen.length, "match", "matches")} in ${formatCount(steps, "step")}. Undo takes it back.`,
        "assertive",
      );
    },

    /** Follows the flow: an edit moves, adds and takes away matches. Returns what ends that. */
    connect: () => {
      if (get().query !== "") searchSoon();
      let awaited: FlowDocument | undefined = documentNow();
      const stop = openFlow.subscribe(() => {
        const document = documentNow();
        if (get().query === "" || document === searchedIn || document === awaited) return;
        awaited = document;
        clearTimeout(timer);
        timer = setTimeout(search, REST_MS);
      });
      return () => {
        clearTimeout(timer);
        stop();
      };
    },
  };
}

export type Find = ReturnType<typeof createFind>;

/** “17”, or “1,000+” where the search ended before the flow did. */
export function countMatches({ matches, hasMore }: Pick<FindState, "matches" | "hasMore">): string {
  return `${matches.length.toLocaleString("en-GB")}${hasMore ? "+" : ""}`;
}

function isSamePlace(a: TextMatch, b: TextMatch): boolean {
  return a.key === b.key && JSON.stringify(a.at) === JSON.stringify(b.at);
}

function findTooLong(document: FlowDocument, edits: readonly TextEdit[]): string | undefined {
  const edit = edits.find(isTooLong);
  const node = edit && findStep(document, edit.key);
  if (!edit || !node) return undefined;
  return `The condition of “${stepName(node)}” would have ${edit.text.length} characters; ${FLOW_LIMITS.when} are allowed. Nothing was replaced.`;
}

function isTooLong({ at, text }: TextEdit): boolean {
  return at.length === 1 && at[0] === "when" && text.length > FLOW_LIMITS.when;
}
