import type { FlowDocument } from "#core/document/flow-document.ts";
import type {
  SaveTrigger,
  SaveMachineEffect,
  SaveEvent,
  SaveTimerEffect,
  ServerVersionReadEvent,
} from "./save-events.ts";
import type { SaveFailure, SaveValidationProblem } from "./save-failure.ts";
import type { UnacknowledgedSave } from "./unacknowledged-save.ts";

/** The server did not respond or refused temporarily; the save is retried after `delayMs`. */
export interface WaitingForRetry {
  readonly type: "waiting";
  readonly reason: "offline" | "busy";
  readonly tries: number;
  readonly delayMs: number;
  readonly message: string;
  /** Whether the server may have written the save. */
  readonly isUnconfirmed?: boolean;
}

export type SaveProgress =
  /** `savedAt`: when the server last acknowledged a save of this page, in milliseconds. */
  | { readonly type: "resting"; readonly savedAt: number | undefined }
  /** `retryOf`: the failure that this save retries, which the page reports until the outcome is known. */
  | { readonly type: "saving"; readonly tries: number; readonly retryOf?: WaitingForRetry | undefined }
  | WaitingForRetry
  | { readonly type: "signed-out" }
  | { readonly type: "deleted" }
  | {
      readonly type: "refused";
      readonly message: string;
      readonly problems: readonly SaveValidationProblem[];
    }
  /** `isFinal` means that a retry would fail the same way, so the page does not offer a retry. */
  | {
      readonly type: "failed";
      readonly message: string;
      readonly isFinal: boolean;
      readonly isUnconfirmed?: boolean;
      readonly upgradeUrl?: string;
    };

/** Separate from `progress`, because a flow may be deleted during a save. */
export type SaveAttempt = Attempted &
  (
    | { readonly type: "pulling" | "rereading" }
    | { readonly type: "writing"; readonly sent: UnacknowledgedSave }
  );

interface Attempted {
  readonly cause: SaveTrigger;
  /** How often this save started again because another client had saved first. */
  readonly round: number;
}

export interface SaveState {
  readonly progress: SaveProgress;
  readonly attempt: SaveAttempt | undefined;
  /** Handled only after the save's response, because both may be the same version. */
  readonly deferred: ServerVersionReadEvent | undefined;
  readonly isAutosaveOn: boolean;
  readonly isOffline: boolean;
  /** Not sent again: the server may store another form of it, which counts as unsaved without end. */
  readonly autosaved: FlowDocument | undefined;
}

/** Computed for each event instead of stored as flags. */
export interface DocumentSaveConditions {
  readonly document: FlowDocument;
  readonly isBehind: boolean;
  readonly hasInvalidInput: boolean;
  readonly unacknowledgedSaves: readonly UnacknowledgedSave[];
  /** Computed only on demand, because comparing documents is expensive. */
  readonly hasUnsavedEdits: () => boolean;
  readonly classifyChangesToSave: () => "nothing" | "exact" | "inexact";
}

export interface SaveTransitionResult {
  readonly state: SaveState;
  readonly effects: readonly SaveMachineEffect[];
}

export class ConflictError extends Error {
  override readonly name = "ConflictError";
}

const FIRST_RETRY_MS = 1000;
const LAST_RETRY_MS = 30_000;
const LONGEST_WAIT_MS = 120_000;
const AUTOSAVE_DELAY_MS = 2000;
/** Saves by other clients between this page's read and its write, before the save fails. */
const MAX_ROUNDS = 8;

const INEXACT = "A number in this flow is too precise to edit here. Steps are read-only.";
const OVERTAKEN = "This flow keeps changing elsewhere. Your edits are kept; retry in a moment.";

const RESTING: SaveProgress = { type: "resting", savedAt: undefined };

export const INITIAL_SAVE_STATE: SaveState = {
  progress: RESTING,
  attempt: undefined,
  deferred: undefined,
  isAutosaveOn: false,
  isOffline: false,
  autosaved: undefined,
};

/** Events that are irrelevant in a state leave the state unchanged. */
export function computeSaveTransition(
  before: SaveState,
  event: SaveEvent,
  facts: DocumentSaveConditions,
): SaveTransitionResult {
  const { state, effects } = react(before, event, facts);
  return { state, effects: [...planTimer(before, state, event, facts), ...effects] };
}

function react(state: SaveState, event: SaveEvent, facts: DocumentSaveConditions): SaveTransitionResult {
  const { progress, attempt } = state;
  switch (event.type) {
    case "started":
      return pull(state, { type: "pulling", cause: event.cause, round: 0 }, facts);
    case "pulled":
      if (event.isConflict) return end(state, new ConflictError("Both sides changed the same fields."));
      return send(state, facts);
    case "sent": {
      const retryOf = progress.type === "waiting" ? progress : undefined;
      const saving: SaveProgress = { type: "saving", tries: retryOf?.tries ?? 0, retryOf };
      return write({ ...state, progress: saving }, facts.unacknowledgedSaves.at(-1));
    }
    case "acknowledged":
      return chain(release(acknowledge(state, event.at, facts)), end);
    case "failed":
      return fail(state, event);
    case "reread": {
      const version: ServerVersionReadEvent = { ...event, type: "version", isCurrent: true };
      const step = release({ ...state, progress: RESTING });
      return chain(step, (next) => raise(next, version, { type: "compared" }));
    }
    case "compared":
      if (!attempt) return stay(state);
      return pull(state, { type: "pulling", cause: attempt.cause, round: attempt.round + 1 }, facts);
    case "converged":
      return end(progress.type === "deleted" ? state : reset(state));
    case "matched":
      return release(acknowledge(state, undefined, facts));
    case "version":
      return stay(progress.type === "saving" ? { ...state, deferred: event } : signIn(state));
    case "signed-in":
      return stay(signIn(state));
    case "deleted":
      return stay({ ...state, progress: { type: "deleted" } });
    case "reset":
      return stay(reset(state));
    case "configured": {
      const { isAutosaveOn, isOffline } = event;
      return stay({ ...state, isAutosaveOn, isOffline, autosaved: undefined });
    }
    case "connection":
      return stay({ ...state, isOffline: event.isOffline });
    case "elapsed":
      return resume(state, facts);
    case "edited":
    case "corrected":
    case "up-to-date":
      return stay(state);
  }
}

/** Merges the newest version first; an autosave fails with a conflict instead. */
function pull(state: SaveState, attempt: SaveAttempt, facts: DocumentSaveConditions): SaveTransitionResult {
  if (attempt.round >= MAX_ROUNDS) return giveUp(state, OVERTAKEN);
  if (attempt.cause === "by-itself" && facts.isBehind)
    return end({ ...state, attempt }, new ConflictError("Someone else changed the flow."));
  return { state: { ...state, attempt }, effects: [{ type: "pull" }] };
}

function send(state: SaveState, facts: DocumentSaveConditions): SaveTransitionResult {
  switch (facts.classifyChangesToSave()) {
    case "exact":
      return raise(state, { type: "sent" });
    case "inexact":
      return giveUp(state, INEXACT);
    case "nothing":
      // Reads the server's version, because the server may have written a save whose edits were undone since.
      return state.attempt?.round === 0 && facts.unacknowledgedSaves.length > 0
        ? read(state)
        : raise(state, { type: "converged" });
  }
}

function write(state: SaveState, sent: UnacknowledgedSave | undefined): SaveTransitionResult {
  const { attempt } = state;
  if (!attempt || !sent) return stay(state);
  const { cause, round } = attempt;
  return {
    state: { ...state, attempt: { type: "writing", cause, round, sent } },
    effects: [{ type: "write", sent }],
  };
}

function read(state: SaveState): SaveTransitionResult {
  const { attempt } = state;
  if (!attempt) return stay(state);
  const { cause, round } = attempt;
  return { state: { ...state, attempt: { type: "rereading", cause, round } }, effects: [{ type: "read" }] };
}

function fail(
  state: SaveState,
  { failure, error }: SaveEvent & { readonly type: "failed" },
): SaveTransitionResult {
  const { progress, attempt } = state;
  if (failure.type === "stale" && attempt?.type === "writing") return read(state);
  const step = release({ ...state, progress: progressAfter(progress, failure) });
  return chain(step, (next) => end(next, error));
}

function progressAfter(progress: SaveProgress, failure: SaveFailure): SaveProgress {
  switch (failure.type) {
    case "offline":
    case "busy": {
      const tries = (progress.type === "saving" || progress.type === "waiting" ? progress.tries : 0) + 1;
      const backOff = Math.min(FIRST_RETRY_MS * 2 ** (tries - 1), LAST_RETRY_MS);
      const asked = failure.type === "busy" ? failure.retryAfterMs : undefined;
      const delayMs = Math.min(Math.max(asked ?? 0, backOff), LONGEST_WAIT_MS);
      const { message = "", isUnconfirmed } = failure.type === "busy" ? failure : {};
      return {
        type: "waiting",
        reason: failure.type,
        tries,
        delayMs,
        message,
        ...(isUnconfirmed && { isUnconfirmed }),
      };
    }
    case "stale":
      return RESTING;
    case "signed-out":
    case "deleted":
      return { type: failure.type };
    case "refused":
      return { type: "refused", message: failure.message, problems: failure.problems };
    case "error":
      return { isFinal: false, ...failure, type: "failed" };
  }
}

/** Saves when the timer of a retry or an autosave ends, unless there is invalid input, which the save would omit. */
function resume(state: SaveState, facts: DocumentSaveConditions): SaveTransitionResult {
  const isDue = state.progress.type === "waiting" ? !state.isOffline : isAutosaveDue(state, facts);
  if (!isDue || facts.hasInvalidInput) return stay(state);
  return state.isAutosaveOn
    ? { state: { ...state, autosaved: facts.document }, effects: [{ type: "save", cause: "by-itself" }] }
    : { state, effects: [{ type: "save", cause: "resumed" }] };
}

/** Also after a refused save, because the next edit may correct the error. */
function isAutosaveDue(
  { progress, isAutosaveOn, autosaved }: SaveState,
  facts: DocumentSaveConditions,
): boolean {
  return (
    isAutosaveOn &&
    (progress.type === "resting" || progress.type === "refused") &&
    !facts.isBehind &&
    facts.document !== autosaved &&
    facts.hasUnsavedEdits()
  );
}

function planTimer(
  before: SaveState,
  state: SaveState,
  { type }: SaveEvent,
  facts: DocumentSaveConditions,
): readonly SaveTimerEffect[] {
  const { progress } = state;
  const isChanged = progress !== before.progress;
  const isPlanned = isChanged || type === "configured" || type === "corrected";
  if (progress.type === "waiting") {
    if (type === "connection" && !state.isOffline) return [{ type: "start-timer", delayMs: 0 }];
    // Until invalid input was corrected or a newer version merged, the retry was blocked.
    return isPlanned || type === "up-to-date" ? [{ type: "start-timer", delayMs: progress.delayMs }] : [];
  }
  const isRested = isChanged && progress.type === "resting";
  if (
    (type === "edited" || type === "configured" || type === "corrected" || isRested) &&
    isAutosaveDue(state, facts)
  )
    return [{ type: "start-timer", delayMs: AUTOSAVE_DELAY_MS }];
  return isChanged || type === "configured" ? [{ type: "stop-timer" }] : [];
}

function acknowledge(
  state: SaveState,
  savedAt: number | undefined,
  { hasInvalidInput, hasUnsavedEdits }: DocumentSaveConditions,
): SaveState {
  const { progress } = state;
  // A flow that was deleted after the write is not shown as saved.
  if (progress.type === "deleted") return state;
  const retry = progress.type === "saving" ? progress.retryOf : progress;
  // Edits that missed the retry follow at once, because the page announced an automatic save. Only once (`tries`): a
  // server that stores another form of the document would receive it without end. Not with invalid input, which
  // blocks the save, so that the page would go on to report the failure.
  if (retry?.type === "waiting" && retry.tries > 0 && !hasInvalidInput && hasUnsavedEdits())
    return retryAtOnce(state, retry.reason);
  return { ...state, progress: { type: "resting", savedAt } };
}

function signIn(state: SaveState): SaveState {
  return state.progress.type === "signed-out" ? retryAtOnce(state, "busy") : state;
}

function retryAtOnce(state: SaveState, reason: WaitingForRetry["reason"]): SaveState {
  return { ...state, progress: { type: "waiting", reason, tries: 0, delayMs: 0, message: "" } };
}

function reset(state: SaveState): SaveState {
  return state.progress.type === "resting" ? state : { ...state, progress: RESTING };
}

function release(state: SaveState): SaveTransitionResult {
  const { deferred } = state;
  return deferred ? raise({ ...state, deferred: undefined }, deferred) : stay(state);
}

function giveUp(state: SaveState, message: string): SaveTransitionResult {
  return fail(state, { type: "failed", failure: { type: "error", message }, error: new Error(message) });
}

function end(state: SaveState, error?: unknown): SaveTransitionResult {
  return state.attempt
    ? { state: { ...state, attempt: undefined }, effects: [{ type: "end", error }] }
    : stay(state);
}

function raise(state: SaveState, ...events: readonly SaveEvent[]): SaveTransitionResult {
  return { state, effects: events.map((event) => ({ type: "raise", event })) };
}

function chain(
  { state, effects }: SaveTransitionResult,
  next: (state: SaveState) => SaveTransitionResult,
): SaveTransitionResult {
  const step = next(state);
  return { state: step.state, effects: [...effects, ...step.effects] };
}

function stay(state: SaveState): SaveTransitionResult {
  return { state, effects: [] };
}
