/** The state of a page and the server at one moment. Documents are serialized. */
export interface ObservedPageAndServerState {
  readonly shown: string;
  /** The server's document; undefined if the server does not respond. */
  readonly newest: string | undefined;
  readonly received: string | undefined;
  readonly writes: number;
  readonly requests: number;
  readonly lastWrite: number | "none" | undefined;
  readonly isOpen: boolean;
}

/** Returns why the displayed save state is wrong; undefined if it is correct. */
export function explainWrongSaveStatus(
  status: string,
  facts: ObservedPageAndServerState,
): string | undefined {
  const { shown, newest, received, writes, requests, lastWrite, isOpen } = facts;
  const isUnsaved = shown !== received || (newest !== undefined && shown !== newest);
  if (status === "Saving…") return requests > 0 ? undefined : "no request is in flight";
  if (writes > 0) return "a write is in flight";
  if (status === "Saved") return isUnsaved ? `the server holds ${newest ?? received}` : undefined;
  if (status === "Changed elsewhere") return undefined;
  if (shown === received && !isOpen) return "the server holds this document";
  if (/^\d+ unsaved changes?$/.test(status)) return undefined;
  const ending = lastWrite ?? "never sent";
  switch (status) {
    case "Offline — kept on this device":
      return ending === "none" ? undefined : `the last write ended with ${ending}`;
    case "Signed out — kept on this device":
      return ending === 401 ? undefined : `the last write ended with ${ending}`;
    case "Could not save":
    case "Could not save — retry":
    case "Not confirmed — retry":
      return typeof ending === "number" && ending >= 400 ? undefined : `the last write ended with ${ending}`;
    default:
      return "this save state is unknown";
  }
}
