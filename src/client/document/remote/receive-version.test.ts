import { acknowledge, markAsSent, openSaved, receiveVersion } from "#client/document/testing/receive.ts";
import { describe, expect, it, vi } from "vitest";
import { buildFlow, buildStep } from "#core/testing/flow-builder.ts";
import type { StepKey } from "#core/document/flow-document.ts";
import { describeSaveState } from "#client/document/saving/save-state.ts";
import { buildServerFlow } from "#client/document/testing/build-server-flow.ts";

const flowOf = (revision: number, name = "Digest") => ({
  ...buildServerFlow(buildFlow(name, [buildStep("fetch"), buildStep("send")])),
  revision,
  versionToken: `${revision}-x`,
  updatedAt: `2026-01-01T00:00:0${revision}.000Z`,
});
const open = (revision = 1) => openSaved(flowOf(revision));
const words = (openFlow: ReturnType<typeof open>) => describeSaveState(openFlow.getState()).text;
const nameOf = (openFlow: ReturnType<typeof open>) => openFlow.getState().history.document.name;

it("a flow that is deleted is not shown as saved by a response that arrives later", () => {
  const openFlow = open();
  openFlow.edit({ type: "renameFlow", name: "Mine" });
  const sent = markAsSent(openFlow);
  openFlow.receive({ type: "deleted" });
  openFlow.setPersisted(true);
  acknowledge(openFlow, flowOf(2, "Mine"), sent);
  expect(words(openFlow)).toBe("Deleted — kept in this tab");
  openFlow.edit({ type: "renameFlow", name: "Mine too" });
  expect(words(openFlow)).toBe("Deleted — kept on this device");
});

it("a flow that is deleted can be saved once it exists again", () => {
  const openFlow = open();
  openFlow.receive({ type: "deleted" });
  openFlow.edit({ type: "renameFlow", name: "Mine" });
  const sent = markAsSent(openFlow);
  acknowledge(openFlow, flowOf(2, "Mine"), sent);
  expect(words(openFlow)).toBe("Saved");
});

it("a flow that is deleted does not count as restored by a read that began before the deletion", () => {
  const openFlow = open();
  const askedAt = performance.now();
  openFlow.receive({ type: "deleted" });
  receiveVersion(openFlow, flowOf(1), { askedAt });
  expect(words(openFlow)).toBe("Deleted — kept in this tab");
  receiveVersion(openFlow, flowOf(1), { askedAt: askedAt + 60_000 });
  expect(words(openFlow)).toBe("Saved");
});

it("a flow whose save finds that it was deleted does not count as restored by a read that arrived during that save", () => {
  const openFlow = open();
  openFlow.edit({ type: "renameFlow", name: "Mine" });
  markAsSent(openFlow);
  receiveVersion(openFlow, flowOf(1), { askedAt: performance.now() + 1 });
  vi.spyOn(performance, "now").mockReturnValueOnce(performance.now() + 60_000);
  openFlow.receive({ type: "failed", failure: { type: "deleted" } });
  expect(words(openFlow)).toBe("Deleted — kept in this tab");
});

describe("a server that holds an older version again, as after a restored backup", () => {
  it("is reported as a change elsewhere, and the page keeps its document", () => {
    const openFlow = open(2);
    const later = performance.now() + 60_000;
    expect(receiveVersion(openFlow, flowOf(1, "Before"), { askedAt: later })).toBe("behind");
    expect(words(openFlow)).toBe("Changed elsewhere");
    expect(nameOf(openFlow)).toBe("Digest");
  });

  it("is not inferred from a stale response", () => {
    const openFlow = open(1);
    const askedAt = performance.now();
    openFlow.edit({ type: "renameFlow", name: "Mine" });
    acknowledge(openFlow, flowOf(2, "Mine"), markAsSent(openFlow));
    expect(receiveVersion(openFlow, flowOf(1), { askedAt })).toBe("same");
    expect(words(openFlow)).toBe("Saved");
  });

  it("is not inferred from dates alone", () => {
    const openFlow = openSaved({ ...buildServerFlow(buildFlow("Digest", [])), revision: undefined });
    const older = {
      ...buildServerFlow(buildFlow("Before", [])),
      revision: undefined,
      versionToken: "x",
      updatedAt: "2025-01-01T00:00:00.000Z",
    };
    expect(receiveVersion(openFlow, older, { askedAt: performance.now() + 60_000 })).toBe("same");
  });
});

it("an unrequested newer version waits while a name is being edited in place", () => {
  const openFlow = open();
  expect(receiveVersion(openFlow, flowOf(2, "Theirs"), { isHeld: () => true })).toBe("behind");
  expect([nameOf(openFlow), words(openFlow)]).toEqual(["Digest", "Changed elsewhere"]);
});

it("an unrequested newer version is not adopted after a save while a name is being edited in place", () => {
  const openFlow = open();
  openFlow.edit({ type: "renameStep", key: "fetch" as StepKey, name: "Get" });
  const sent = markAsSent(openFlow);
  let isOpen = false;
  receiveVersion(openFlow, flowOf(3, "Theirs"), { isHeld: () => isOpen });
  isOpen = true;
  acknowledge(
    openFlow,
    { ...flowOf(2), flowSteps: [buildStep("fetch", { name: "Get" }), buildStep("send")] },
    sent,
  );
  expect([nameOf(openFlow), words(openFlow)]).toEqual(["Digest", "Changed elsewhere"]);
});

it("an unrequested newer version is not adopted while undone edits can be redone", () => {
  const openFlow = open();
  openFlow.edit({ type: "renameStep", key: "fetch" as StepKey, name: "Get" });
  openFlow.undo();
  expect(receiveVersion(openFlow, flowOf(2, "Theirs"))).toBe("behind");
  openFlow.redo();
  expect(openFlow.getState().history.document.steps[0]?.fields["name"]).toBe("Get");
  expect(words(openFlow)).toBe("Changed elsewhere");
});

it("a version that differs only in its sample data becomes the base of unsaved edits, which stay unsaved", () => {
  const openFlow = open();
  openFlow.edit({ type: "renameFlow", name: "Mine" });
  const flow = { ...flowOf(2), sampleMetadata: { topic: "Spring" } };
  expect(receiveVersion(openFlow, flow)).toBe("same");
  expect([words(openFlow), nameOf(openFlow)]).toEqual(["1 unsaved change", "Mine"]);
  expect(openFlow.getState()).toMatchObject({
    flow: { sampleMetadata: { topic: "Spring" } },
    history: { base: { version: { token: "2-x" } } },
  });
  openFlow.undo();
  expect([words(openFlow), nameOf(openFlow)]).toEqual(["Saved", "Digest"]);
});
