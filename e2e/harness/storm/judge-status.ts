/** What is known of a page and the server, at one moment. Documents are spelled. */
export interface SaveFacts {
  readonly shown: string;
  /** What the server holds; undefined where it cannot be asked. */
  readonly newest: string | undefined;
  /** The version that the page was last given. */
  readonly received: string | undefined;
  readonly writes: number;
  readonly requests: number;
  readonly lastWrite: number | "none" | undefined;
  /** A save that got no answer may have been written. */
  readonly isOpen: boolean;
}

/** Why the save state that a page shows is not true; undefined where it is. */
export function findLie(status: string, facts: SaveFacts): string | undefined {
  const { shown, newest, received, writes, requests, lastWrite, isOpen } = facts;
  const isUnsaved = shown !== received || (newest !== undefined && shown !== newest);
  if (status === "Saving…") return requests > 0 ? undefined : "nothing is under way";
  if (writes > 0) return "a write is under way";
  if (status === "Saved") return isUnsaved ? `the server holds ${newest ?? received}` : undefined;
  if (status === "Changed elsewhere") return undefined;
  if (shown === received && !isOpen) return "the server holds just this";
  if (/^\d+ unsaved changes?$/.test(status)) return undefined;
  const ending = lastWrite ?? "never sent";
  switch (status) {
    case "Offline — kept on this device":
      return ending === "none" ? undefined : `the last write ended with ${ending}`;
    case "Signed out — kept on this device":
      return ending === 401 ? undefined : `the last write ended with ${ending}`;
    case "Could not save — retry":
      return typeof ending === "number" && ending >= 400 ? undefined : `the last write ended with ${ending}`;
    default:
      return "no such state is known";
  }
}
