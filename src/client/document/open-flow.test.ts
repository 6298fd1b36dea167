import { buildServerFlow } from "#client/document/testing/build-server-flow.ts";
import {
  acknowledge,
  failSave,
  markAsSent,
  openSaved,
  receiveVersion,
} from "#client/document/testing/receive.ts";
import { expect, test } from "vitest";
import type { Flow } from "#contract/flow.ts";
import { buildConditional, buildFlow, buildStep } from "#core/testing/flow-builder.ts";
import type { StepKey } from "#core/document/flow-document.ts";
import { createFlowSaveBody } from "#core/save-body.ts";
import { ROOT_STEP_LIST_REF } from "#core/document/step-list.ts";
import { parseDocumentOfServerVersion } from "./remote/flow-version.ts";
import { countUnsavedEdits } from "./saving/unsaved-edits.ts";
import { toSaveFailure } from "./saving/save-failure.ts";
import { describeSaveState, findReasonForUnsavedFlow } from "./saving/save-state.ts";
import { ApiError, NetworkError } from "#client/data/api/api-error.ts";

const key = (id: string) => id as StepKey;

function flowOf(steps = ["fetch", "clean", "send"].map((id) => buildStep(id)), revision = 1): Flow {
  const updatedAt = `2026-01-01T00:00:0${revision}.000Z`;
  return {
    ...buildServerFlow(buildFlow("Digest", steps)),
    updatedAt,
    revision: undefined,
    versionToken: `${revision}-x`,
  };
}

const open = (flow = flowOf()) => openSaved(flow);
const words = (openFlow: ReturnType<typeof open>) => describeSaveState(openFlow.getState()).text;

test("unsaved edits are counted, and Saved is shown once all are undone", () => {
  const flow = open();
  flow.edit({ type: "setEnabled", keys: [key("clean")], enabled: false });
  expect(words(flow)).toBe("1 unsaved change");
  flow.edit({ type: "renameStep", key: key("send"), name: "Post" });
  expect(words(flow)).toBe("2 unsaved changes");
  expect(flow.undo()).toBe("send");
  expect(flow.undo()).toBe("clean");
  expect(words(flow)).toBe("Saved");
  expect(flow.redo()).toBe("clean");
  expect(words(flow)).toBe("1 unsaved change");
});

test("edits made during a save stay unsaved on top of the saved version", () => {
  const flow = open();
  flow.edit({ type: "moveSteps", keys: [key("send")], place: { list: ROOT_STEP_LIST_REF, index: 0 } });
  const { history } = flow.getState();
  const base = history.base.document;
  const sent = createFlowSaveBody(base, history.document);
  markAsSent(flow);
  expect(words(flow)).toBe("Saving…");
  flow.edit({ type: "renameFlow", name: "Digest of pages" });
  acknowledge(flow, { ...flowOf(undefined, 2), ...sent } as Flow, history);
  expect(words(flow)).toBe("1 unsaved change");
  const now = flow.getState();
  expect(createFlowSaveBody(now.history.base.document, now.history.document)).toEqual({
    name: "Digest of pages",
  });
  flow.undo();
  expect(words(flow)).toBe("Saved");
  flow.undo();
  expect(words(flow)).toBe("1 unsaved change");
});

test("a flow without unsaved edits adopts a newer version; undo restores the old one and shows “Changed elsewhere”", () => {
  const flow = open();
  expect(receiveVersion(flow, flowOf([buildStep("only")], 2))).toBe("adopted");
  expect(flow.getState().history.document.steps).toHaveLength(1);
  expect(words(flow)).toBe("Saved");
  flow.undo();
  expect(flow.getState().history.document.steps).toHaveLength(3);
  expect(words(flow)).toBe("Changed elsewhere");
  flow.redo();
  expect(words(flow)).toBe("Saved");
});

test("a version read while the flow is opening is adopted without an undo step", () => {
  const flow = open();
  expect(receiveVersion(flow, flowOf([buildStep("only")], 2), { isOpening: true })).toBe("adopted");
  expect(flow.getState().history.entries).toEqual([]);
  expect(words(flow)).toBe("Saved");
});

test("a flow with unsaved edits reports a newer version instead of adopting it", () => {
  const flow = open();
  flow.edit({ type: "renameFlow", name: "Mine" });
  const theirs = flowOf([buildStep("only")], 2);
  expect(receiveVersion(flow, theirs)).toBe("behind");
  expect(words(flow)).toBe("Changed elsewhere");
  expect(flow.getState().history.document.name).toBe("Mine");
  flow.takeTheirs();
  expect(words(flow)).toBe("Saved");
  flow.undo();
  expect(flow.getState().history.document.name).toBe("Mine");
});

test("text that is being typed becomes an edit before a newer version is received", () => {
  const flow = open();
  const stop = flow.onFlush(() => flow.edit({ type: "renameStep", key: key("clean"), name: "Half typed" }));
  expect(receiveVersion(flow, flowOf([buildStep("only")], 2))).toBe("behind");
  expect(flow.getState().history.document.steps.map(({ fields }) => fields["name"])).toContain("Half typed");
  stop();
});

test("a response that is older than the known version is ignored", () => {
  const flow = open(flowOf(undefined, 2));
  expect(receiveVersion(flow, flowOf([], 1))).toBe("same");
  expect(flow.getState().history.document.steps).toHaveLength(3);
});

test("invalid input counts as unsaved until it is corrected or its step is deleted", () => {
  const flow = open();
  flow.setInvalidInput({ key: key("clean"), field: "config", text: "{", message: "unfinished" });
  expect(countUnsavedEdits(flow.getState())).toBe(1);
  flow.edit({ type: "removeSteps", keys: [key("clean")] });
  flow.undo();
  expect(countUnsavedEdits(flow.getState())).toBe(1);
  flow.clearInvalidInput(key("clean"), "config");
  expect(words(flow)).toBe("Saved");
});

test.each([
  [new NetworkError("gone"), "Offline — kept in this tab"],
  [new ApiError(401, "Unauthorized"), "Signed out — kept in this tab"],
  [new ApiError(401, "Unauthorized", { isServerKeyRefused: true }), "Could not save — retry"],
  [new ApiError(402, "Your plan has 10 flows."), "Could not save"],
  [new ApiError(403, "Forbidden"), "Could not save"],
  [new ApiError(409, "Conflict"), "Could not save"],
  [new ApiError(404, "Flow not found."), "Deleted — kept in this tab"],
  [new ApiError(500, "Internal"), "Not confirmed — retry"],
  [new ApiError(429, "Slow down"), "Could not save — retry"],
  [new ApiError(400, "Invalid"), "Could not save — retry"],
])("a save that fails with %s shows “%s” and keeps the edit", (error, text) => {
  const flow = open();
  flow.edit({ type: "renameFlow", name: "Mine" });
  failSave(flow, error);
  expect(words(flow)).toBe(text);
  expect(flow.getState().history.document.name).toBe("Mine");
});

test("a validation error is assigned to the step at its path, also to a nested step", () => {
  const flow = open(flowOf([buildStep("first"), buildConditional("route", [buildStep("inner")])]));
  const details = [
    { message: "Unknown type.", path: "flowSteps.1.config.trueSteps.0.type", suggestion: "Use prompt." },
    { message: "Too long.", path: "name" },
  ];
  const failure = toSaveFailure(new ApiError(400, "Invalid", { details }), flow.getState().history.document);
  expect(failure).toMatchObject({
    type: "refused",
    problems: [
      { key: "inner", field: "type", message: "Unknown type.", suggestion: "Use prompt." },
      { key: undefined, field: "name", message: "Too long." },
    ],
  });
});

test("a page's own save without a response is not reported as a change elsewhere, even after more edits", () => {
  const flow = open();
  flow.edit({ type: "setEnabled", keys: [key("clean")], enabled: false });
  const { history } = flow.getState();
  const base = history.base.document;
  const sent = createFlowSaveBody(base, history.document);
  markAsSent(flow);
  failSave(flow, new NetworkError("cut"));
  flow.edit({ type: "renameFlow", name: "Mine" });
  const held = { ...flowOf(undefined, 2), ...sent } as Flow;
  expect(receiveVersion(flow, held)).toBe("same");
  expect(words(flow)).toBe("Offline — kept in this tab");
  expect(createFlowSaveBody(flow.getState().history.base.document, flow.getState().history.document)).toEqual(
    { name: "Mine" },
  );
});

test("when the server turns out to have written an unacknowledged save, a later save is still retried", () => {
  const flow = open();
  flow.edit({ type: "setEnabled", keys: [key("clean")], enabled: false });
  const { history } = flow.getState();
  const sent = createFlowSaveBody(history.base.document, history.document);
  markAsSent(flow);
  failSave(flow, new NetworkError("cut"));
  flow.edit({ type: "renameFlow", name: "Mine" });
  markAsSent(flow);
  failSave(flow, new NetworkError("cut"));
  receiveVersion(flow, { ...flowOf(undefined, 2), ...sent } as Flow);
  expect(words(flow)).toBe("Offline — kept in this tab");
  expect(flow.getState().progress).toMatchObject({ type: "waiting" });
  expect(flow.getState().unacknowledgedSaves).toEqual([]);
});

test("invalid input is kept when a newer version arrives", () => {
  const flow = open();
  flow.setInvalidInput({ key: key("clean"), field: "config", text: "{ long work", message: "unfinished" });
  expect(receiveVersion(flow, flowOf([buildStep("clean", { config: { a: 1 } })], 2))).toBe("behind");
  expect(flow.getState().invalidInputs).toHaveLength(1);
});

test("undoing a merge restores the base version, so that the next save detects the newer version again", () => {
  const flow = open();
  flow.edit({ type: "renameFlow", name: "Mine" });
  const theirs = flowOf(undefined, 2);
  receiveVersion(flow, { ...theirs, flowSteps: [...theirs.flowSteps, buildStep("extra")] });
  const { document } = flow.getState().history;
  flow.rebase({ ...document, steps: parseDocumentOfServerVersion(flow.getState()).steps }, "merged");
  expect(words(flow)).toBe("1 unsaved change");
  expect(createFlowSaveBody(flow.getState().history.base.document, flow.getState().history.document)).toEqual(
    { name: "Mine" },
  );
  flow.undo();
  expect(words(flow)).toBe("Changed elsewhere");
  expect(flow.getState().history.base.version.token).toBe("1-x");
  flow.redo();
  expect(words(flow)).toBe("1 unsaved change");
  expect(flow.getState().history.base.version.token).toBe("2-x");
});

test("a merge that was undone during its save does not become the saved version", () => {
  const flow = open();
  flow.edit({ type: "renameFlow", name: "Mine" });
  receiveVersion(flow, flowOf([buildStep("only")], 2));
  flow.rebase({ ...parseDocumentOfServerVersion(flow.getState()), name: "Mine" }, "merged");
  const sent = markAsSent(flow);
  flow.undo();
  flow.edit({ type: "renameStep", key: key("fetch"), name: "Get" });
  acknowledge(flow, { ...flowOf([buildStep("only")], 3), name: "Mine" }, sent);
  expect(words(flow)).toBe("Changed elsewhere");
  expect(flow.getState().history.base.version.token).toBe("1-x");
});

test("the revision decides which of two versions is newer, not the date", () => {
  const flow = open({ ...flowOf(undefined, 5), revision: 1 });
  const newer = { ...flowOf([buildStep("only")], 2), revision: 2 };
  expect(receiveVersion(flow, newer)).toBe("adopted");
});

test("an open flow that may only be viewed takes no edits, keeps those it has, and can revert them", () => {
  const openFlow = open();
  openFlow.edit({ type: "renameFlow", name: "Mine" });
  openFlow.setState({ viewOnlyReason: "Your key can view flows." });
  openFlow.edit({ type: "renameFlow", name: "Refused" });
  const { history } = openFlow.getState();
  expect(history.document.name).toBe("Mine");
  expect(words(openFlow)).toBe("Not saved — kept in this tab");
  expect(findReasonForUnsavedFlow(openFlow.getState())).toEqual({ type: "view-only" });
  openFlow.edit({ type: "replaceDocument", document: history.base.document, reason: "revert to saved" });
  expect(words(openFlow)).toBe("Saved");
  expect(findReasonForUnsavedFlow(openFlow.getState())).toBeUndefined();
});
