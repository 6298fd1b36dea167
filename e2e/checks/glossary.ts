// Terms that the project avoids, each with the standard term. `language.test.ts` rejects them in the folders below.

export const FOLDERS_WITH_CHECKED_TERMS: readonly string[] = ["e2e", "public", "src"];

export interface AvoidedTerm {
  /**
   * Regular expression for lower-case words separated by single spaces. The check first splits identifiers into
   * words, so that `openFlow` is searched as “open flow”.
   */
  readonly pattern: string;
  readonly instead: string;
}

const PERSON = "user, tab, client, caller, observer or worker";

export const AVOIDED_TERMS: readonly AvoidedTerm[] = [
  { pattern: "news", instead: "event or change event" },
  { pattern: "told|tells?|telling", instead: "publish, report, announce or notify" },
  { pattern: "clash(?:es|ed|ing)?", instead: "conflict" },
  { pattern: "mend(?:s|ed|ing)?|unmended|ways? out", instead: "fix, quick fix or invalid input" },
  { pattern: "wish(?:es|ed|ing)?", instead: "request or pending focus" },
  { pattern: "desks?|handed in", instead: "batcher or group commit" },
  { pattern: "settle[ds]?|settling", instead: "flush, resolve, debounced or delay" },
  { pattern: "broken texts?|unapplied texts?|typed texts?", instead: "invalid input or pending input" },
  { pattern: "unanswered|sent saves?", instead: "unacknowledged save" },
  { pattern: "(?:stands?|stood|standing) on|standing documents?", instead: "based on, or rebase onto" },
  { pattern: "fates?", instead: "outcome" },
  { pattern: "catch(?:es)? up|caught up|catching up", instead: "pull" },
  { pattern: "arrivals?", instead: "remote update, or entry" },
  { pattern: "noticed|noticing", instead: "receive, or observed" },
  { pattern: "verdicts?|judges?|judged|judging", instead: "assess, or move impact" },
  { pattern: "breakages?", instead: "broken references" },
  { pattern: "trials?", instead: "test run" },
  { pattern: "stations?", instead: "node" },
  { pattern: "gather(?:s|ed|ing)?", instead: "collect, or multi-select" },
  { pattern: "deeds?", instead: "action" },
  { pattern: "storms?", instead: "chaos run" },
  { pattern: "witness(?:es|ed)?", instead: "invariant checker" },
  {
    pattern: "describe flows|name news|sign news|use focus kept|find kept",
    instead: "the name in the glossary",
  },
  { pattern: "who(?:m)?ever|nobody|no one|somebody|someone|anybody|anyone", instead: PERSON },
];

export interface AllowedUseOfAvoidedTerm {
  readonly pattern: string;
  readonly reason: string;
}

/**
 * Names from libraries and platforms that contain an avoided term. Removed from a text before the text is searched for
 * avoided terms.
 */
export const ALLOWED_USES_OF_AVOIDED_TERMS: readonly AllowedUseOfAvoidedTerm[] = [
  { pattern: "all settled|on settled", reason: "Promise.allSettled, and a callback of React Query" },
];
