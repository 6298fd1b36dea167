import type { SaveFailure, SaveProblem } from "./save-failure.ts";

/**
 * Where saving stands. Whether there is anything to save, and whether the server has moved on, is never stored here: both
 * are compared ({@link countUnsavedEdits}, {@link isBehind}). Every edit is still there in each of these.
 */
export type SaveProgress =
  /** Nothing is under way. `savedAt` is when the server last took a save of this page, in milliseconds. */
  | { readonly type: "resting"; readonly savedAt: number | undefined }
  | { readonly type: "saving"; readonly tries: number }
  /** No answer, or “not now”: tried again by itself, `delayMs` after it was said. */
  | {
      readonly type: "waiting";
      readonly reason: "offline" | "busy";
      readonly tries: number;
      readonly delayMs: number;
      readonly message: string;
    }
  /** Goes on by itself once somebody has signed in. */
  | { readonly type: "signed-out" }
  /** The flow is gone from the server. */
  | { readonly type: "deleted" }
  | { readonly type: "refused"; readonly message: string; readonly problems: readonly SaveProblem[] }
  | { readonly type: "failed"; readonly message: string };

export type SaveEvent =
  | { readonly type: "send" }
  | { readonly type: "acknowledge"; readonly at: number | undefined }
  | { readonly type: "fail"; readonly failure: SaveFailure }
  | { readonly type: "sign-in" }
  /** There is nothing left to save or to say: given up, taken over from elsewhere, or the flow is back. */
  | { readonly type: "rest" };

/** Between tries of a save that got no answer, in milliseconds; doubled each time. */
const FIRST_RETRY_MS = 1000;
const LAST_RETRY_MS = 30_000;
/** A server that asks for more patience than this is asked again all the same. */
const LONGEST_WAIT_MS = 120_000;

export const START: SaveProgress = { type: "resting", savedAt: undefined };

/** The machine: what saving comes to by an event. Events that mean nothing in a state leave it as it is. */
export function nextProgress(progress: SaveProgress, event: SaveEvent): SaveProgress {
  switch (event.type) {
    case "send":
      return { type: "saving", tries: progress.type === "waiting" ? progress.tries : 0 };
    case "acknowledge":
      // What was saved and then deleted, before the answer came, is not saved.
      return progress.type === "deleted" ? progress : { type: "resting", savedAt: event.at };
    case "rest":
      return progress.type === "resting" ? progress : START;
    case "sign-in":
      return progress.type === "signed-out"
        ? { type: "waiting", reason: "busy", tries: 0, delayMs: 0, message: "" }
        : progress;
    case "fail":
      return afterFailure(progress, event.failure);
  }
}

function afterFailure(progress: SaveProgress, failure: SaveFailure): SaveProgress {
  switch (failure.type) {
    case "offline":
    case "busy": {
      const tries = (progress.type === "saving" || progress.type === "waiting" ? progress.tries : 0) + 1;
      const backOff = Math.min(FIRST_RETRY_MS * 2 ** (tries - 1), LAST_RETRY_MS);
      const asked = failure.type === "busy" ? failure.retryAfterMs : undefined;
      const delayMs = Math.min(Math.max(asked ?? 0, backOff), LONGEST_WAIT_MS);
      const message = failure.type === "busy" ? failure.message : "";
      return { type: "waiting", reason: failure.type, tries, delayMs, message };
    }
    case "stale":
      return START;
    case "signed-out":
    case "deleted":
      return { type: failure.type };
    case "refused":
      return { type: "refused", message: failure.message, problems: failure.problems };
    case "error":
      return { type: "failed", message: failure.message };
  }
}
