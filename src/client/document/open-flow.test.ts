import { expect, test } from "vitest";
import type { Flow } from "#contract/flow.ts";
import { buildConditional, buildFlow, buildStep } from "#core/flow-builder.ts";
import type { StepKey } from "#core/flow-document.ts";
import { saveBody } from "#core/save-body.ts";
import { ROOT } from "#core/step-list.ts";
import { parseTheirs } from "./flow-version.ts";
import { createOpenFlow } from "./open-flow.ts";
import { countUnsavedEdits } from "./unsaved-edits.ts";
import { toSaveFailure } from "./save-failure.ts";
import { describeSaveState } from "./save-state.ts";
import { ApiError, NetworkError } from "#client/data/api-error.ts";

const key = (id: string) => id as StepKey;

function flowOf(steps = ["fetch", "clean", "send"].map((id) => buildStep(id)), revision = 1): Flow {
  const at = `2026-01-01T00:00:0${revision}.000Z`;
  return {
    id: "flow_1",
    createdAt: at,
    updatedAt: at,
    userId: "user",
    organizationId: null,
    description: null,
    versionToken: `${revision}-x`,
    ...buildFlow("Digest", steps),
  };
}

const open = (flow = flowOf()) => createOpenFlow(flow, { isInexact: false });
const words = (openFlow: ReturnType<typeof open>) => describeSaveState(openFlow.getState()).text;

test("a flow that was just opened is saved", () => {
  expect(words(open())).toBe("Saved");
});

test("edits are counted, and undoing them all is saved again", () => {
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

test("a switch turned off and on again is no change", () => {
  const flow = open();
  flow.edit({ type: "setEnabled", keys: [key("clean")], enabled: false });
  flow.edit({ type: "setEnabled", keys: [key("clean")], enabled: true });
  expect(words(flow)).toBe("Saved");
});

test("what is edited while a save is under way stays unsaved on top of it", () => {
  const flow = open();
  flow.edit({ type: "moveSteps", keys: [key("send")], place: { list: ROOT, index: 0 } });
  const { history } = flow.getState();
  const base = history.base.document;
  const sent = saveBody(base, history.document);
  flow.beginSave();
  expect(words(flow)).toBe("Saving…");
  flow.edit({ type: "renameFlow", name: "Digest of pages" });
  flow.acceptSaved({ ...flowOf(undefined, 2), ...sent } as Flow, history);
  expect(words(flow)).toBe("1 unsaved change");
  const now = flow.getState();
  expect(saveBody(now.history.base.document, now.history.document)).toEqual({ name: "Digest of pages" });
  flow.undo();
  expect(words(flow)).toBe("Saved");
  flow.undo();
  expect(words(flow)).toBe("1 unsaved change");
});

test("after a save the order that the server gave is not sent again", () => {
  const flow = open();
  flow.edit({ type: "moveSteps", keys: [key("send")], place: { list: ROOT, index: 0 } });
  const { history } = flow.getState();
  const base = history.base.document;
  const sent = saveBody(base, history.document);
  flow.acceptSaved({ ...flowOf(undefined, 2), ...sent } as Flow, history);
  flow.edit({ type: "renameStep", key: key("fetch"), name: "Get" });
  const next = saveBody(flow.getState().history.base.document, flow.getState().history.document);
  expect(next.flowSteps?.map((step) => [step["id"], step["order"]])).toEqual([
    ["send", 0],
    ["fetch", 1],
    ["clean", 2],
  ]);
});

test("nested steps without an id are recognised in the answer to a save", () => {
  const bare = (name: string) => ({ type: "prompt", name });
  const flow = open(flowOf([buildConditional("route", [bare("A"), bare("B")]), buildStep("end")]));
  flow.edit({ type: "moveSteps", keys: [key("end")], place: { list: ROOT, index: 0 } });
  const { history } = flow.getState();
  const base = history.base.document;
  const sent = saveBody(base, history.document);
  flow.acceptSaved({ ...flowOf([], 2), ...sent } as Flow, history);
  expect(words(flow)).toBe("Saved");
});

test("a newer version is taken up by a clean editor; undo shows the old one, and does not call it what the server holds", () => {
  const flow = open();
  expect(flow.noticeServer(flowOf([buildStep("only")], 2), false)).toBe("adopted");
  expect(flow.getState().history.document.steps).toHaveLength(1);
  expect(words(flow)).toBe("Saved");
  flow.undo();
  expect(flow.getState().history.document.steps).toHaveLength(3);
  expect(words(flow)).toBe("Changed elsewhere");
  flow.redo();
  expect(words(flow)).toBe("Saved");
});

test("what a page that is still opening reads anew is what it opens with", () => {
  const flow = open();
  expect(flow.noticeServer(flowOf([buildStep("only")], 2), false, { isOpening: true })).toBe("adopted");
  expect(flow.getState().history.entries).toEqual([]);
  expect(words(flow)).toBe("Saved");
});

test("over unsaved edits a newer version only says that it is there", () => {
  const flow = open();
  flow.edit({ type: "renameFlow", name: "Mine" });
  const theirs = flowOf([buildStep("only")], 2);
  expect(flow.noticeServer(theirs, false)).toBe("behind");
  expect(words(flow)).toBe("Changed elsewhere");
  expect(flow.getState().history.document.name).toBe("Mine");
  flow.takeTheirs();
  expect(words(flow)).toBe("Saved");
  flow.undo();
  expect(flow.getState().history.document.name).toBe("Mine");
});

test("what is being typed when a newer version comes is an edit, and is not typed into nothing", () => {
  const flow = open();
  const stop = flow.onSettle(() => flow.edit({ type: "renameStep", key: key("clean"), name: "Half typed" }));
  expect(flow.noticeServer(flowOf([buildStep("only")], 2), false)).toBe("behind");
  expect(flow.getState().history.document.steps.map(({ fields }) => fields["name"])).toContain("Half typed");
  stop();
});

test("an answer older than what is known is ignored", () => {
  const flow = open(flowOf(undefined, 2));
  expect(flow.noticeServer(flowOf([], 1), false)).toBe("same");
  expect(flow.getState().history.document.steps).toHaveLength(3);
});

test("a text that does not parse is unsaved work until its step is gone or it is mended", () => {
  const flow = open();
  flow.setBrokenText({ key: key("clean"), field: "config", text: "{", message: "unfinished" });
  expect(countUnsavedEdits(flow.getState())).toBe(1);
  flow.edit({ type: "removeSteps", keys: [key("clean")] });
  flow.undo();
  expect(countUnsavedEdits(flow.getState())).toBe(1);
  flow.clearBrokenText(key("clean"), "config");
  expect(words(flow)).toBe("Saved");
});

test.each([
  [new NetworkError("gone"), "Offline — kept in this tab"],
  [new ApiError(401, "Unauthorized"), "Signed out — kept in this tab"],
  [new ApiError(401, "Unauthorized", { isServerKeyRefused: true }), "Could not save — retry"],
  [new ApiError(404, "Flow not found."), "Deleted — kept in this tab"],
  [new ApiError(500, "Internal"), "Could not save — retry"],
  [new ApiError(429, "Slow down"), "Could not save — retry"],
  [new ApiError(400, "Invalid"), "Could not save — retry"],
])("%s ends as “%s”, with the edit kept", (error, text) => {
  const flow = open();
  flow.edit({ type: "renameFlow", name: "Mine" });
  flow.failSave(toSaveFailure(error, flow.getState().history.document));
  expect(words(flow)).toBe(text);
  expect(flow.getState().history.document.name).toBe("Mine");
});

test("a refusal names the step that the server's path counts, nested ones too", () => {
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

test("our own save whose answer was lost is no change elsewhere, even with edits on top of it", () => {
  const flow = open();
  flow.edit({ type: "setEnabled", keys: [key("clean")], enabled: false });
  const { history } = flow.getState();
  const base = history.base.document;
  const sent = saveBody(base, history.document);
  flow.beginSave();
  flow.failSave(toSaveFailure(new NetworkError("cut"), history.document));
  flow.edit({ type: "renameFlow", name: "Mine" });
  const held = { ...flowOf(undefined, 2), ...sent } as Flow;
  expect(flow.noticeServer(held, false)).toBe("same");
  expect(words(flow)).toBe("1 unsaved change");
  expect(saveBody(flow.getState().history.base.document, flow.getState().history.document)).toEqual({
    name: "Mine",
  });
});

test("a text that waits to be mended is not taken away by a newer version", () => {
  const flow = open();
  flow.setBrokenText({ key: key("clean"), field: "config", text: "{ long work", message: "unfinished" });
  expect(flow.noticeServer(flowOf([buildStep("clean", { config: { a: 1 } })], 2), false)).toBe("behind");
  expect(flow.getState().brokenTexts).toHaveLength(1);
});

test("undoing every edit over a conflict does not call it saved", () => {
  const flow = open();
  flow.edit({ type: "renameFlow", name: "Mine" });
  flow.noticeServer(flowOf([buildStep("only")], 2), false);
  flow.undo();
  expect(words(flow)).toBe("Changed elsewhere");
});

test("undoing a merge brings its base back, so that the next save meets the newer version again", () => {
  const flow = open();
  flow.edit({ type: "renameFlow", name: "Mine" });
  const theirs = flowOf(undefined, 2);
  flow.noticeServer({ ...theirs, flowSteps: [...theirs.flowSteps, buildStep("extra")] }, false);
  const { document } = flow.getState().history;
  flow.rebase({ ...document, steps: parseTheirs(flow.getState()).steps }, "merge changes from elsewhere");
  expect(words(flow)).toBe("1 unsaved change");
  expect(saveBody(flow.getState().history.base.document, flow.getState().history.document)).toEqual({
    name: "Mine",
  });
  flow.undo();
  expect(words(flow)).toBe("Changed elsewhere");
  expect(flow.getState().history.base.version.token).toBe("1-x");
  flow.redo();
  expect(words(flow)).toBe("1 unsaved change");
  expect(flow.getState().history.base.version.token).toBe("2-x");
});

test("a merge that is undone while it is being saved is not taken for what the server holds", () => {
  const flow = open();
  flow.edit({ type: "renameFlow", name: "Mine" });
  flow.noticeServer(flowOf([buildStep("only")], 2), false);
  flow.rebase({ ...parseTheirs(flow.getState()), name: "Mine" }, "merge changes from elsewhere");
  const sent = flow.beginSave();
  flow.undo();
  flow.edit({ type: "renameStep", key: key("fetch"), name: "Get" });
  flow.acceptSaved({ ...flowOf([buildStep("only")], 3), name: "Mine" }, sent);
  expect(words(flow)).toBe("Changed elsewhere");
  expect(flow.getState().history.base.version.token).toBe("1-x");
});

test("what is read while a save is under way is looked at when that has ended", () => {
  const flow = open();
  flow.edit({ type: "renameFlow", name: "Mine" });
  const sent = flow.beginSave();
  expect(flow.noticeServer({ ...flowOf([buildStep("only")], 3), name: "Mine" }, false)).toBe("same");
  flow.acceptSaved({ ...flowOf(undefined, 2), name: "Mine" }, sent);
  expect(flow.getState().history.document.steps).toHaveLength(1);
  expect(words(flow)).toBe("Saved");
});

test("a read that succeeds tells that somebody is signed in again", () => {
  const flow = open();
  flow.edit({ type: "renameFlow", name: "Mine" });
  flow.failSave(toSaveFailure(new ApiError(401, "Unauthorized"), flow.getState().history.document));
  expect(words(flow)).toBe("Signed out — kept in this tab");
  flow.noticeServer(flowOf(), false);
  expect(flow.getState().progress).toMatchObject({ type: "waiting", delayMs: 0 });
});

test("a clock that was set back does not make a newer revision an old one", () => {
  const flow = open({ ...flowOf(undefined, 5), revision: 1 });
  const newer = { ...flowOf([buildStep("only")], 2), revision: 2 };
  expect(flow.noticeServer(newer, false)).toBe("adopted");
});
