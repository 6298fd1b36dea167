import type { EditHistory, HistoryEntry, HistoryRebaseType } from "#core/history/edit-history.ts";

export const UNDO_LABEL_BY_REBASE_TYPE: Readonly<Record<HistoryRebaseType, string>> = {
  merged: "merge changes from elsewhere",
  updated: "update from elsewhere",
  replaced: "load the version from elsewhere",
};

/** Derives the type from the label, because older releases stored no type. */
export function getRebaseTypeFromUndoLabel(label: string): HistoryRebaseType {
  if (label === UNDO_LABEL_BY_REBASE_TYPE.updated) return "updated";
  return label === UNDO_LABEL_BY_REBASE_TYPE.replaced ? "replaced" : "merged";
}

export type RemoteUpdateHistoryEntry = HistoryEntry & Required<Pick<HistoryEntry, "rebase">>;

/** Returns the last edit if it applied changes of another client and the document is unchanged since. */
export function getLastEditIfRemoteUpdate({
  history,
}: {
  readonly history: EditHistory;
}): RemoteUpdateHistoryEntry | undefined {
  const entry = history.entries[history.position - 1];
  const isLast = entry?.rebase !== undefined && entry.after === history.document;
  return isLast ? (entry as RemoteUpdateHistoryEntry) : undefined;
}
