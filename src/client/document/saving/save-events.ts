import type { Flow } from "#contract/flow.ts";
import type { SaveFailure } from "./save-failure.ts";
import type { EditHistorySnapshot, UnacknowledgedSave } from "./unacknowledged-save.ts";

/**
 * The cause of a save. `asked`: the user, so the save may open a dialog. `resumed` (after an outage) and `by-itself`
 * (autosave) must not open a dialog, which would interrupt the user.
 */
export type SaveTrigger = "asked" | "resumed" | "by-itself";

export interface ServerVersionReadEvent {
  readonly type: "version";
  readonly flow: Flow;
  readonly isInexact: boolean;
  /**
   * True for the first version read after the page has opened: it replaces the cached document without an undo step.
   */
  readonly isOpening?: boolean;
  /**
   * True if the save itself read the version again, for example after a conflict. Such a version is the server's
   * current one, so it is accepted even if its date is older than that of the known version.
   */
  readonly isCurrent?: boolean;
  /**
   * Whether the user is editing a text field. The text is not in the document yet, so the version is not
   * applied.
   */
  readonly isHeld?: () => boolean;
  /** When the request was sent, from `performance.now()`. */
  readonly askedAt?: number | undefined;
}

export type SaveEvent =
  | ServerVersionReadEvent
  | { readonly type: "started"; readonly cause: SaveTrigger }
  /**
   * The open flow compared itself with the newest version: it merged that version, or the user must resolve conflicts
   * first.
   */
  | { readonly type: "pulled"; readonly isConflict: boolean }
  /**
   * The document to send was recorded as an unacknowledged save, so the save can be recognized if its response is
   * lost.
   */
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
      /**
       * The unacknowledged save that failed, if the server definitely did not write it; undefined if the server may
       * have.
       */
      readonly unwritten?: EditHistorySnapshot | undefined;
    }
  | { readonly type: "reread"; readonly flow: Flow; readonly isInexact: boolean }
  /** The open flow has processed the version that was read again after a conflict, so the save can continue. */
  | { readonly type: "compared" }
  /** The server already has the same document, so the save ends without a request. */
  | { readonly type: "converged" }
  /**
   * A version read from the server is the result of our own unacknowledged save, so the save counts as acknowledged.
   */
  | { readonly type: "matched" }
  | { readonly type: "signed-in" }
  | { readonly type: "deleted" }
  /**
   * The unsaved edits were rebased, replaced or discarded, so the page stops reporting the failure of an earlier
   * save.
   */
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

/**
 * Controls the only timer: `start-timer` replaces a running timer; a timer that runs out sends `elapsed`.
 * `save` starts the retry or autosave that is due.
 */
export type SaveTimerEffect =
  | { readonly type: "start-timer"; readonly delayMs: number }
  | { readonly type: "stop-timer" }
  | { readonly type: "save"; readonly cause: Exclude<SaveTrigger, "asked"> };

/** The next request of a save, or its end; `error` is undefined if the server has the document. */
export type SaveRequest =
  | { readonly type: "pull" | "read" }
  | { readonly type: "write"; readonly sent: UnacknowledgedSave }
  | { readonly type: "end"; readonly error: unknown };
