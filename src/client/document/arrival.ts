import type { History, HistoryEntry } from "#core/history.ts";

/** What brought another version of the flow under the edits, as the history calls it. */
export const ARRIVALS = {
  /** Theirs and mine together. */
  merged: "merge changes from elsewhere",
  /** Nothing was unsaved. */
  updated: "update from elsewhere",
  /** Mine were given up for theirs. */
  replaced: "load the version from elsewhere",
} as const;

/** An entry with which changes from elsewhere came in. */
export type Arrival = HistoryEntry & Required<Pick<HistoryEntry, "rebase">>;

/** The last edit, where changes from elsewhere came in with it and the flow stands as it left it. */
export function findArrival({ history }: { readonly history: History }): Arrival | undefined {
  const entry = history.entries[history.position - 1];
  const isLast = entry?.rebase !== undefined && entry.after === history.document;
  return isLast ? (entry as Arrival) : undefined;
}

export function typeOfArrival({ label }: Arrival): keyof typeof ARRIVALS {
  if (label === ARRIVALS.updated) return "updated";
  return label === ARRIVALS.replaced ? "replaced" : "merged";
}
