import { describe, expect, test } from "vitest";
import {
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
import type { SaveEvent } from "./save-events.ts";
import type { DocumentSaveConditions, SaveProgress, SaveState } from "./save-transition.ts";

describe("the save timer", () => {
  const autosaving = (progress: SaveProgress): SaveState => ({
    ...saveStateOf(progress),
    isAutosaveOn: true,
  });
  const start = (delayMs: number) => [{ type: "start-timer", delayMs }];
  const stop = [{ type: "stop-timer" }];

  test.each<[string, SaveState, SaveEvent, Partial<DocumentSaveConditions>, unknown[]]>([
    [
      "starts with the back-off delay when the server does not respond",
      saveStateOf(saveInProgress),
      failedEvent({ type: "offline" }),
      {},
      start(1000),
    ],
    [
      "starts without a delay after a sign-in",
      saveStateOf(signedOutProgress),
      { type: "signed-in" },
      {},
      start(0),
    ],
    [
      "starts without a delay when the server is reachable again",
      saveStateOf(waitingProgress),
      { type: "connection", isOffline: false },
      {},
      start(0),
    ],
    [
      "is not changed when the connection to the server is lost",
      saveStateOf(waitingProgress),
      { type: "connection", isOffline: true },
      {},
      [],
    ],
    [
      "starts again once invalid input is corrected",
      saveStateOf(waitingProgress),
      { type: "corrected" },
      {},
      start(2000),
    ],
    [
      "starts again once the edits are based on the newest version",
      saveStateOf(waitingProgress),
      { type: "up-to-date" },
      {},
      start(2000),
    ],
    [
      "is not restarted by an edit while a retry is due",
      saveStateOf(waitingProgress),
      { type: "edited" },
      {},
      [],
    ],
    ["stops when a save is sent", saveStateOf(waitingProgress), { type: "sent" }, {}, stop],
    ["stops when the flow is deleted", saveStateOf(waitingProgress), { type: "deleted" }, {}, stop],
    ["runs for two seconds after an edit", autosaving(restingProgress), { type: "edited" }, {}, start(2000)],
    [
      "runs for two seconds after an edit that follows a refused save",
      autosaving(refusedProgress),
      { type: "edited" },
      {},
      start(2000),
    ],
    [
      "runs for two seconds after a save during which the user made edits",
      autosaving(saveInProgress),
      acknowledgedEvent,
      {},
      start(2000),
    ],
    [
      "starts without a delay after a retry that missed edits",
      saveStateOf(retryInProgress),
      acknowledgedEvent,
      {},
      start(0),
    ],
    [
      "stops after a retry that missed edits if there is invalid input",
      saveStateOf(retryInProgress),
      acknowledgedEvent,
      { hasInvalidInput: true },
      stop,
    ],
    ["stays off without autosave", saveStateOf(restingProgress), { type: "edited" }, {}, []],
    ["stays off while a save runs", autosaving(saveInProgress), { type: "edited" }, {}, []],
    [
      "stays off after a failure that the user must resolve",
      autosaving(failedProgress),
      { type: "edited" },
      {},
      [],
    ],
    [
      "stays off while a newer version has not been merged",
      autosaving(restingProgress),
      { type: "edited" },
      { isBehind: true },
      [],
    ],
    [
      "stays off if nothing is unsaved",
      autosaving(restingProgress),
      { type: "edited" },
      { hasUnsavedEdits: () => false },
      [],
    ],
    [
      "stays off for a document that autosave has saved",
      { ...autosaving(restingProgress), autosaved: sampleDocument },
      { type: "edited" },
      {},
      [],
    ],
    [
      "starts when autosave is switched on",
      { ...saveStateOf(restingProgress), autosaved: sampleDocument },
      { type: "configured", isAutosaveOn: true, isOffline: false },
      {},
      start(2000),
    ],
    [
      "stops when autosave is switched off",
      autosaving(restingProgress),
      { type: "configured", isAutosaveOn: false, isOffline: false },
      {},
      stop,
    ],
    [
      "starts a retry when it elapses",
      saveStateOf(waitingProgress),
      { type: "elapsed" },
      {},
      [{ type: "save", cause: "resumed" }],
    ],
    [
      "starts the retry as an autosave if autosave is on",
      autosaving(waitingProgress),
      { type: "elapsed" },
      {},
      [{ type: "save", cause: "by-itself" }],
    ],
    [
      "starts an autosave when it elapses",
      autosaving(restingProgress),
      { type: "elapsed" },
      {},
      [{ type: "save", cause: "by-itself" }],
    ],
    [
      "does not start a retry while the page is offline",
      { ...saveStateOf(waitingProgress), isOffline: true },
      { type: "elapsed" },
      {},
      [],
    ],
    [
      "does not start a retry while there is invalid input",
      saveStateOf(waitingProgress),
      { type: "elapsed" },
      { hasInvalidInput: true },
      [],
    ],
    [
      "does not start an autosave while there is invalid input",
      autosaving(restingProgress),
      { type: "elapsed" },
      { hasInvalidInput: true },
      [],
    ],
    [
      "does not start an autosave if all edits were undone",
      autosaving(restingProgress),
      { type: "elapsed" },
      { hasUnsavedEdits: () => false },
      [],
    ],
  ])("%s", (_, ...[state, event, facts, effects]) => {
    const all = applyEvent(state, event, facts).effects;
    expect(all.filter(({ type }) => ["start-timer", "stop-timer", "save"].includes(type))).toEqual(effects);
  });
});
