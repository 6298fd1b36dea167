import { expect, it, test } from "vitest";
import {
  type SaveEventOrType,
  acknowledgedEvent,
  saveStateOf,
  newestVersion,
  deletedProgress,
  failedEvent,
  failedProgress,
  serverFlow,
  applyEvent,
  ALL_SAVE_PROGRESS,
  pullingAttempt,
  refusedProgress,
  rereadEvent,
  rereadingAttempt,
  restingProgress,
  saveInProgress,
  sampleSave,
  signedOutProgress,
  versionEvent,
  waitingProgress,
  writingAttempt,
} from "#client/document/testing/save-states.ts";
import type { SaveEvent } from "./save-events.ts";
import {
  ConflictError,
  type SaveAttempt,
  type DocumentSaveConditions,
  type SaveProgress,
  type SaveState,
} from "./save-transition.ts";

const busy = { type: "busy", message: "Slow down", retryAfterMs: undefined } as const;
const rest = { type: "resting", savedAt: undefined } as const;
const retry = (tries: number, delayMs: number) =>
  ({ type: "waiting", reason: "offline", message: "", tries, delayMs }) as const;

test.each<[string, SaveProgress, SaveEventOrType, SaveProgress]>([
  ["a save is sent", restingProgress, "sent", saveInProgress],
  ["a refused save is sent again", refusedProgress, "sent", saveInProgress],
  ["a save is acknowledged", saveInProgress, acknowledgedEvent, { type: "resting", savedAt: 7 }],
  ["a save of a deleted flow is acknowledged", deletedProgress, acknowledgedEvent, deletedProgress],
  ["a version contains the page's own save", waitingProgress, "matched", rest],
  ["a version contains the save of a deleted flow", deletedProgress, "matched", deletedProgress],
  ["nothing is left to send", waitingProgress, "converged", rest],
  ["the version after a conflict is read", saveInProgress, rereadEvent, rest],
  ["no answer comes", saveInProgress, failedEvent({ type: "offline" }), retry(1, 1000)],
  [
    "no answer comes for a long time",
    { type: "saving", tries: 20 },
    failedEvent({ type: "offline" }),
    retry(21, 30_000),
  ],
  ["a retry fails before it is sent", waitingProgress, failedEvent({ type: "offline" }), retry(3, 4000)],
  [
    "the server is busy",
    saveInProgress,
    failedEvent({ ...busy, retryAfterMs: 9000 }),
    { type: "waiting", reason: "busy", tries: 1, delayMs: 9000, message: "Slow down" },
  ],
  [
    "a busy server asks for a delay of one hour",
    saveInProgress,
    failedEvent({ ...busy, retryAfterMs: 3_600_000 }),
    { type: "waiting", reason: "busy", tries: 1, delayMs: 120_000, message: "Slow down" },
  ],
  ["the server has a newer version", saveInProgress, failedEvent({ type: "stale" }), rest],
  ["the session has ended", saveInProgress, failedEvent({ type: "signed-out" }), signedOutProgress],
  ["the save finds the flow deleted", saveInProgress, failedEvent({ type: "deleted" }), deletedProgress],
  [
    "the server refuses the save as invalid",
    saveInProgress,
    failedEvent({ type: "refused", message: "Invalid", problems: [] }),
    refusedProgress,
  ],
  [
    "the server forbids the save",
    saveInProgress,
    failedEvent({ type: "error", message: "Forbidden", isFinal: true }),
    failedProgress,
  ],
  [
    "the user signs in",
    signedOutProgress,
    "signed-in",
    { type: "waiting", reason: "busy", tries: 0, delayMs: 0, message: "" },
  ],
  [
    "a read succeeds after a sign-in",
    signedOutProgress,
    versionEvent,
    { type: "waiting", reason: "busy", tries: 0, delayMs: 0, message: "" },
  ],
])("the progress of a save changes as expected when %s", (_, progress, event, expected) => {
  const { state } = applyEvent(saveStateOf(progress), event, { hasUnsavedEdits: () => false });
  expect(state.progress).toEqual(expected);
});

test.each(ALL_SAVE_PROGRESS)(
  "the progress of a save is resting after a reset from $type, and keeps the time of the last save only if it was resting",
  (progress) => {
    const { state } = applyEvent(saveStateOf(progress), { type: "reset" });
    expect(state.progress).toEqual(progress === restingProgress ? restingProgress : rest);
  },
);

test.each(ALL_SAVE_PROGRESS)(
  "the progress of a save changes from $type to deleted when the flow is deleted",
  (progress) => {
    expect(applyEvent(saveStateOf(progress), { type: "deleted" }).state.progress).toEqual(deletedProgress);
  },
);

test.each(ALL_SAVE_PROGRESS)(
  "the progress of a save stays in $type after edits, changed settings and a changed connection",
  (progress) => {
    const events: readonly SaveEvent[] = [
      ...(["edited", "corrected", "up-to-date", "elapsed"] as const).map((type) => ({ type })),
      { type: "configured", isAutosaveOn: true, isOffline: false },
      { type: "connection", isOffline: true },
      { type: "started", cause: "asked" },
    ];
    for (const event of events)
      expect(applyEvent(saveStateOf(progress), event).state.progress).toBe(progress);
  },
);

const resting = saveStateOf(restingProgress);
const pulling = saveStateOf(restingProgress, pullingAttempt);
const writing = saveStateOf(saveInProgress, writingAttempt);
const rereading = saveStateOf(saveInProgress, rereadingAttempt);

test.each<
  [string, SaveState, SaveEventOrType, SaveAttempt | undefined, unknown[], Partial<DocumentSaveConditions>?]
>([
  [
    "pulls the newest version first",
    resting,
    { type: "started", cause: "asked" },
    pullingAttempt,
    [{ type: "pull" }],
  ],
  [
    "by autosave ends with an error if there is a newer version",
    resting,
    { type: "started", cause: "by-itself" },
    undefined,
    [{ type: "end", error: new ConflictError("Someone else changed the flow.") }],
    { isBehind: true },
  ],
  [
    "ends with an error if there is a conflict",
    pulling,
    { type: "pulled", isConflict: true },
    undefined,
    [{ type: "end", error: new ConflictError("Both sides changed the same fields.") }],
  ],
  [
    "sends the differences from the base",
    pulling,
    { type: "pulled", isConflict: false },
    pullingAttempt,
    [{ type: "raise", event: { type: "sent" } }],
  ],
  [
    "reads the flow if an undone edit may have been written",
    saveStateOf(waitingProgress, pullingAttempt),
    { type: "pulled", isConflict: false },
    rereadingAttempt,
    [{ type: "read" }],
    { classifyChangesToSave: () => "nothing" },
  ],
  [
    "has converged if nothing differs from the base",
    pulling,
    { type: "pulled", isConflict: false },
    pullingAttempt,
    [{ type: "raise", event: { type: "converged" } }],
    { classifyChangesToSave: () => "nothing", unacknowledgedSaves: [] },
  ],
  [
    "has converged if nothing differs from the base after the flow was read",
    saveStateOf(restingProgress, { ...pullingAttempt, round: 1 }),
    { type: "pulled", isConflict: false },
    { ...pullingAttempt, round: 1 },
    [{ type: "raise", event: { type: "converged" } }],
    { classifyChangesToSave: () => "nothing" },
  ],
  ["succeeds once it has converged", pulling, "converged", undefined, [{ type: "end" }]],
  [
    "writes what was recorded as sent",
    pulling,
    "sent",
    writingAttempt,
    [{ type: "write", sent: sampleSave }],
  ],
  ["succeeds when it is acknowledged", writing, acknowledgedEvent, undefined, [{ type: "end" }]],
  [
    "reads the flow again if the server refuses to overwrite a newer version",
    writing,
    failedEvent({ type: "stale" }),
    rereadingAttempt,
    [{ type: "read" }],
  ],
  [
    "raises the version that it has read again, and then a comparison",
    rereading,
    rereadEvent,
    rereadingAttempt,
    [
      { type: "raise", event: newestVersion },
      { type: "raise", event: { type: "compared" } },
    ],
  ],
  [
    "starts another round after the comparison",
    saveStateOf(restingProgress, rereadingAttempt),
    "compared",
    { ...pullingAttempt, round: 1 },
    [{ type: "pull" }],
  ],
  [
    "ends with the error of a write",
    writing,
    failedEvent({ type: "offline" }, 1),
    undefined,
    [{ type: "end", error: 1 }],
  ],
  ["continues when the flow is deleted", writing, "deleted", writingAttempt, []],
])("a save %s", (_, ...[state, event, attempt, effects, facts]) => {
  const step = applyEvent(state, event, facts);
  expect(step.state.attempt).toEqual(attempt);
  expect(step.effects.filter(({ type }) => type !== "stop-timer" && type !== "start-timer")).toEqual(effects);
});

it("a save fails after it found a newer version eight times", () => {
  const step = applyEvent(saveStateOf(restingProgress, { ...rereadingAttempt, round: 7 }), {
    type: "compared",
  });
  expect(step.state).toMatchObject({ progress: { type: "failed", isFinal: false }, attempt: undefined });
  expect(step.effects.at(-1)).toMatchObject({
    type: "end",
    error: { message: expect.stringContaining("keeps changing elsewhere") },
  });
});

it("a save fails without sending if a number in a step cannot be kept exactly", () => {
  const step = applyEvent(
    saveStateOf(restingProgress, pullingAttempt),
    { type: "pulled", isConflict: false },
    { classifyChangesToSave: () => "inexact" },
  );
  expect(step.state).toMatchObject({ progress: { type: "failed", isFinal: false }, attempt: undefined });
  expect(step.effects.at(-1)).toMatchObject({
    type: "end",
    error: { message: "A number in this flow is too precise to edit here. Steps are read-only." },
  });
});

it.each([acknowledgedEvent, failedEvent({ type: "offline" })])(
  "a save defers a newer version until its $type event",
  (answer) => {
    const { state } = applyEvent(saveStateOf(saveInProgress, writingAttempt), versionEvent);
    expect(state).toMatchObject({ progress: saveInProgress, deferred: versionEvent });
    const step = applyEvent(state, answer);
    expect(step.state.deferred).toBeUndefined();
    expect(step.effects).toContainEqual({ type: "raise", event: versionEvent });
  },
);

it("a save publishes a deferred version before a version that was read later", () => {
  const older: SaveEvent = { type: "version", flow: { ...serverFlow, revision: 0 }, isInexact: false };
  const { state } = applyEvent(saveStateOf(saveInProgress, rereadingAttempt), older);
  const raised = applyEvent(state, rereadEvent).effects.flatMap((effect) =>
    effect.type === "raise" ? [effect.event] : [],
  );
  expect(raised).toEqual([older, newestVersion, { type: "compared" }]);
});
