import { expect, test } from "vitest";
import {
  type SaveEventOrType,
  acknowledgedEvent,
  saveStateOf,
  sampleDocument,
  failedEvent,
  failedProgress,
  applyEvent,
  refusedProgress,
  restingProgress,
  retryInProgress,
  saveInProgress,
  signedOutProgress,
  waitingProgress,
} from "#client/document/testing/save-states.ts";
import type { DocumentSaveConditions, SaveProgress, SaveState } from "./save-transition.ts";

const autosaving = (progress: SaveProgress): SaveState => ({ ...saveStateOf(progress), isAutosaveOn: true });
const resting = saveStateOf(restingProgress);
const waiting = saveStateOf(waitingProgress);
const saving = saveStateOf(saveInProgress);
const retrying = saveStateOf(retryInProgress);
const signedOut = saveStateOf(signedOutProgress);
const start = (delayMs: number) => [{ type: "start-timer", delayMs }];
const stop = [{ type: "stop-timer" }];
const save = (cause: string) => [{ type: "save", cause }];

test.each<[string, SaveState, SaveEventOrType, unknown[], Partial<DocumentSaveConditions>?]>([
  [
    "starts with the back-off delay when the server does not respond",
    saving,
    failedEvent({ type: "offline" }),
    start(1000),
  ],
  ["starts without a delay after a sign-in", signedOut, "signed-in", start(0)],
  [
    "starts without a delay when the server is reachable again",
    waiting,
    { type: "connection", isOffline: false },
    start(0),
  ],
  [
    "is not changed when the connection to the server is lost",
    waiting,
    { type: "connection", isOffline: true },
    [],
  ],
  ["starts again once invalid input is corrected", waiting, "corrected", start(2000)],
  ["starts again once the edits are based on the newest version", waiting, "up-to-date", start(2000)],
  ["is not restarted by an edit while a retry is due", waiting, "edited", []],
  ["stops when a save is sent", waiting, "sent", stop],
  ["stops when the flow is deleted", waiting, "deleted", stop],
  ["runs for two seconds after an edit", autosaving(restingProgress), "edited", start(2000)],
  [
    "runs for two seconds after an edit that follows a refused save",
    autosaving(refusedProgress),
    "edited",
    start(2000),
  ],
  [
    "runs for two seconds after a save during which the user made edits",
    autosaving(saveInProgress),
    acknowledgedEvent,
    start(2000),
  ],
  ["starts without a delay after a retry that missed edits", retrying, acknowledgedEvent, start(0)],
  [
    "stops after a retry that missed edits if there is invalid input",
    retrying,
    acknowledgedEvent,
    stop,
    { hasInvalidInput: true },
  ],
  ["stays off without autosave", resting, "edited", []],
  ["stays off while a save runs", autosaving(saveInProgress), "edited", []],
  ["stays off after a failure that the user must resolve", autosaving(failedProgress), "edited", []],
  [
    "stays off while a newer version has not been merged",
    autosaving(restingProgress),
    "edited",
    [],
    { isBehind: true },
  ],
  [
    "stays off if nothing is unsaved",
    autosaving(restingProgress),
    "edited",
    [],
    { hasUnsavedEdits: () => false },
  ],
  [
    "stays off for a document that autosave has saved",
    { ...autosaving(restingProgress), autosaved: sampleDocument },
    "edited",
    [],
  ],
  [
    "starts when autosave is switched on",
    { ...resting, autosaved: sampleDocument },
    { type: "configured", isAutosaveOn: true, isOffline: false },
    start(2000),
  ],
  [
    "stops when autosave is switched off",
    autosaving(restingProgress),
    { type: "configured", isAutosaveOn: false, isOffline: false },
    stop,
  ],
  ["starts a retry when it elapses", waiting, "elapsed", save("resumed")],
  [
    "starts the retry as an autosave if autosave is on",
    autosaving(waitingProgress),
    "elapsed",
    save("by-itself"),
  ],
  ["starts an autosave when it elapses", autosaving(restingProgress), "elapsed", save("by-itself")],
  ["does not start a retry while the page is offline", { ...waiting, isOffline: true }, "elapsed", []],
  ["does not start a retry while there is invalid input", waiting, "elapsed", [], { hasInvalidInput: true }],
  [
    "does not start an autosave while there is invalid input",
    autosaving(restingProgress),
    "elapsed",
    [],
    { hasInvalidInput: true },
  ],
  [
    "does not start an autosave if all edits were undone",
    autosaving(restingProgress),
    "elapsed",
    [],
    { hasUnsavedEdits: () => false },
  ],
])("the save timer %s", (_, ...[state, event, effects, facts]) => {
  const all = applyEvent(state, event, facts).effects;
  expect(all.filter(({ type }) => ["start-timer", "stop-timer", "save"].includes(type))).toEqual(effects);
});
