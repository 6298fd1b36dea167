import { openSaved, receiveVersion } from "#client/document/testing/receive.ts";
import { expect, test } from "vitest";
import type { Flow } from "#contract/flow.ts";
import { toApiSteps } from "#core/document/flow-document.ts";
import type { JsonObject } from "#core/json/json.ts";
import type { createOpenFlow } from "#client/document/open-flow.ts";
import { fillInFields } from "./fill-in-fields.ts";

const CREATED_AT = "2026-01-01T00:00:00.000Z";

function flowOf(updatedAt: string, ...flowSteps: JsonObject[]): Flow {
  const flow = { id: "flow_1", name: "Flow", userId: "user", organizationId: null, createdAt: CREATED_AT };
  return { ...flow, updatedAt, flowSteps };
}

const step = (config: JsonObject, fields: JsonObject = {}): JsonObject => ({
  id: "a",
  type: "prompt",
  name: "Ask",
  config,
  ...fields,
});

/** Opens a flow of two steps, edits its first one, and sends a save that gets no answer. */
function openWithUnacknowledgedSave(config: JsonObject, edited: JsonObject) {
  const other = { id: "b", type: "crawl" };
  const openFlow = openSaved(flowOf(CREATED_AT, step(config), other));
  openFlow.setState({ fillInFields });
  const [first] = openFlow.getState().history.document.steps;
  if (!first) throw new Error("The flow has no step.");
  openFlow.edit({ type: "setConfig", key: first.key, path: [], value: edited });
  openFlow.receive({ type: "started", cause: "asked" });
  openFlow.receive({ type: "pulled", isConflict: false });
  openFlow.receive({ type: "failed", failure: { type: "offline" } });
  expect(openFlow.getState().unacknowledgedSaves).toHaveLength(1);
  const receive = (config: JsonObject, fields: JsonObject = {}) =>
    receiveVersion(openFlow, flowOf("2026-01-01T00:00:01.000Z", step(config), { ...other, ...fields }));
  return { openFlow, receive };
}

const firstStepOf = ({ getState }: ReturnType<typeof createOpenFlow>) =>
  toApiSteps(getState().history.document.steps)[0];

test("a page recognizes its own save without a response, although the server has filled in defaults", () => {
  const { openFlow, receive } = openWithUnacknowledgedSave({ model: "m" }, { model: "n" });
  expect(receive({ model: "n", format: "text" })).toBe("same");
  const { history, unacknowledgedSaves, progress } = openFlow.getState();
  expect(unacknowledgedSaves).toEqual([]);
  expect(progress.type).toBe("resting");
  expect(history.document).toBe(history.entries.at(-1)?.after);
  expect(firstStepOf(openFlow)).toEqual(step({ model: "n", format: "text" }));
  openFlow.undo();
  expect(firstStepOf(openFlow)).toEqual(step({ model: "m", format: "text" }));
  openFlow.redo();
  expect(firstStepOf(openFlow)).toEqual(step({ model: "n", format: "text" }));
});

test("a version that still has a field is not recognized as the page's own save that removed the field", () => {
  const { openFlow, receive } = openWithUnacknowledgedSave({ model: "m", tools: [] }, { model: "m" });
  expect(receive({ model: "m", tools: [] }, { remark: "by another client" })).toBe("behind");
  expect(openFlow.getState().unacknowledgedSaves).toHaveLength(1);
  expect(firstStepOf(openFlow)).toEqual(step({ model: "m" }));
});

test("fields that are read late are added to the document and its base without an unsaved edit", () => {
  const openFlow = openSaved(flowOf(CREATED_AT, step({ model: "m" })));
  const [first] = openFlow.getState().history.document.steps;
  if (!first) throw new Error("The flow has no step.");
  openFlow.edit({ type: "renameStep", key: first.key, name: "Answer" });
  openFlow.setState({ fillInFields });
  const flow = flowOf(CREATED_AT, step({ model: "m" }, { when: "asked" }));
  expect(receiveVersion(openFlow, flow)).toBe("same");
  expect(firstStepOf(openFlow)).toEqual(step({ model: "m" }, { name: "Answer", when: "asked" }));
  expect(toApiSteps(openFlow.getState().history.base.document.steps)).toEqual(flow.flowSteps);
  openFlow.undo();
  expect(openFlow.getState().history.document).toBe(openFlow.getState().history.base.document);
});
