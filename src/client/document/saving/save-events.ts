import type { Flow } from "#contract/flow.ts";
import type { SaveFailure } from "./save-failure.ts";
import type { EditHistorySnapshot, UnacknowledgedSave } from "./unacknowledged-save.ts";

/** Only an `asked` save may open a dialog, which would interrupt the user of the others. */
export type SaveTrigger = "asked" | "resumed" | "by-itself";

export interface ServerVersionReadEvent {
  readonly type: "version";
  readonly flow: Flow;
  readonly isInexact: boolean;
  /** The first version after the page has opened replaces the cached document without an undo step. */
  readonly isOpening?: boolean;
  /** Read by the save itself: the server's current version, accepted even with an older date. */
  readonly isCurrent?: boolean;
  /** Whether the user is editing a text that is not in the document yet; the version is then not applied. */
  readonly isHeld?: () => boolean;
  /** When the request was sent, from `performance.now()`. */
  readonly askedAt?: number | undefined;
}

export type SaveEvent =
  | ServerVersionReadEvent
  | { readonly type: "started"; readonly cause: SaveTrigger }
  /** The flow merged the newest version, or the user must resolve conflicts first. */
  | { readonly type: "pulled"; readonly isConflict: boolean }
  /** Recorded as unacknowledged, so that the save is recognized if its response is lost. */
  | { readonly type: "sent" }
  | {
      readonly type: "acknowledged";
      readonly flow: Flow;
      readonly sent: EditHistorySnapshot;
      readonly at?: number | undefined;
    }
  | {
      readonly type: "failed";
      readonly failure: SaveFailure;
      readonly error?: unknown;
      /** The failed save, if the server definitely did not write it. */
      readonly unwritten?: EditHistorySnapshot | undefined;
    }
  | { readonly type: "reread"; readonly flow: Flow; readonly isInexact: boolean }
  /** The open flow has processed the version that was read again after a conflict, so the save can continue. */
  | { readonly type: "compared" }
  /** The server already has the same document, so the save ends without a request. */
  | { readonly type: "converged" }
  /** A version read from the server is the result of our own unacknowledged save. */
  | { readonly type: "matched" }
  | { readonly type: "signed-in" }
  | { readonly type: "deleted" }
  /** The page stops reporting the failure of an earlier save. */
  | { readonly type: "reset" }
  | { readonly type: "edited" }
  | { readonly type: "corrected" }
  | { readonly type: "up-to-date" }
  | { readonly type: "configured"; readonly isAutosaveOn: boolean; readonly isOffline: boolean }
  | { readonly type: "connection"; readonly isOffline: boolean }
  | { readonly type: "elapsed" };

export type SaveMachineEffect =
  /** Raises an event, which the state machine processes before the caller continues. */
  { readonly type: "raise"; readonly event: SaveEvent } | SaveTimerEffect | SaveRequest;

/** The only timer: `start-timer` replaces it, running out sends `elapsed`. */
export type SaveTimerEffect =
  | { readonly type: "start-timer"; readonly delayMs: number }
  | { readonly type: "stop-timer" }
  | { readonly type: "save"; readonly cause: Exclude<SaveTrigger, "asked"> };

/** The next request of a save, or its end; `error` is undefined if the server has the document. */
export type SaveRequest =
  | { readonly type: "pull" | "read" }
  | { readonly type: "write"; readonly sent: UnacknowledgedSave }
  | { readonly type: "end"; readonly error: unknown };
