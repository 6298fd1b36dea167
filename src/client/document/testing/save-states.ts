import type { Flow } from "#contract/flow.ts";
import { parseFlowDocument } from "#core/document/flow-document.ts";
import { buildFlow, buildStep } from "#core/testing/flow-builder.ts";
import { createBaseFlowVersion } from "#client/document/remote/flow-version.ts";
import type { SaveEvent } from "#client/document/saving/save-events.ts";
import {
  type SaveAttempt,
  type DocumentSaveConditions,
  type SaveProgress,
  type SaveState,
  INITIAL_SAVE_STATE,
  type SaveTransitionResult,
  type WaitingForRetry,
  computeSaveTransition,
} from "#client/document/saving/save-transition.ts";
import type { UnacknowledgedSave } from "#client/document/saving/unacknowledged-save.ts";
import { buildServerFlow } from "./build-server-flow.ts";

export const serverFlow: Flow = buildServerFlow(buildFlow("Digest", [buildStep("fetch")]));
export const sampleDocument = parseFlowDocument(serverFlow);
export const sampleSave: UnacknowledgedSave = {
  document: sampleDocument,
  position: 1,
  base: createBaseFlowVersion(serverFlow, sampleDocument),
  key: "save_1",
  revision: 1,
};

const FACTS: DocumentSaveConditions = {
  document: sampleDocument,
  isBehind: false,
  hasInvalidInput: false,
  unacknowledgedSaves: [sampleSave],
  hasUnsavedEdits: () => true,
  classifyChangesToSave: () => "exact",
};

export const restingProgress: SaveProgress = { type: "resting", savedAt: 5 };
export const saveInProgress: SaveProgress = { type: "saving", tries: 0 };
export const waitingProgress: WaitingForRetry = {
  type: "waiting",
  reason: "offline",
  tries: 2,
  delayMs: 2000,
  message: "",
};
export const retryInProgress: SaveProgress = { type: "saving", tries: 2, retryOf: waitingProgress };
export const signedOutProgress: SaveProgress = { type: "signed-out" };
export const deletedProgress: SaveProgress = { type: "deleted" };
export const refusedProgress: SaveProgress = { type: "refused", message: "Invalid", problems: [] };
export const failedProgress: SaveProgress = { type: "failed", message: "Forbidden", isFinal: true };
export const ALL_SAVE_PROGRESS = [
  restingProgress,
  saveInProgress,
  waitingProgress,
  signedOutProgress,
  deletedProgress,
  refusedProgress,
  failedProgress,
];

export const pullingAttempt: SaveAttempt = { type: "pulling", cause: "asked", round: 0 };
export const writingAttempt: SaveAttempt = { type: "writing", cause: "asked", round: 0, sent: sampleSave };
export const rereadingAttempt: SaveAttempt = { type: "rereading", cause: "asked", round: 0 };

export const versionEvent: SaveEvent = { type: "version", flow: serverFlow, isInexact: false };
export const acknowledgedEvent: SaveEvent & { readonly type: "acknowledged" } = {
  type: "acknowledged",
  flow: serverFlow,
  sent: sampleSave,
  at: 7,
};
export const failedEvent = (
  failure: (SaveEvent & { readonly type: "failed" })["failure"],
  error?: unknown,
): SaveEvent => ({ type: "failed", failure, error });
export const rereadEvent: SaveEvent = { type: "reread", flow: serverFlow, isInexact: false };
export const newestVersion: SaveEvent = {
  type: "version",
  flow: serverFlow,
  isInexact: false,
  isCurrent: true,
};

export const saveStateOf = (progress: SaveProgress, attempt?: SaveAttempt): SaveState => ({
  ...INITIAL_SAVE_STATE,
  progress,
  attempt,
});

/** An event, or the type of one that has no other fields. */
export type SaveEventOrType =
  | SaveEvent
  | "compared"
  | "converged"
  | "corrected"
  | "deleted"
  | "edited"
  | "elapsed"
  | "matched"
  | "reset"
  | "sent"
  | "signed-in"
  | "up-to-date";

export const applyEvent = (
  state: SaveState,
  event: SaveEventOrType,
  facts: Partial<DocumentSaveConditions> = {},
): SaveTransitionResult =>
  computeSaveTransition(state, typeof event === "string" ? { type: event } : event, { ...FACTS, ...facts });
