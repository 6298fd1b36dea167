import { describe, expect, it, vi } from "vitest";
import { buildFlow, buildStep } from "#core/flow-builder.ts";
import type { StepKey } from "#core/flow-document.ts";
import { createOpenFlow } from "./open-flow.ts";
import { describeSaveState } from "./save-state.ts";
import { heldFlow } from "./testing/held-flow.ts";

const flowOf = (revision: number, name = "Digest") => ({
  ...heldFlow(buildFlow(name, [buildStep("fetch"), buildStep("send")])),
  revision,
  versionToken: `${revision}-x`,
  updatedAt: `2026-01-01T00:00:0${revision}.000Z`,
});
const open = (revision = 1) => createOpenFlow(flowOf(revision), { isInexact: false });
const words = (openFlow: ReturnType<typeof open>) => describeSaveState(openFlow.getState()).text;
const nameOf = (openFlow: ReturnType<typeof open>) => openFlow.getState().history.document.name;

describe("a flow that is deleted", () => {
  it("while the answer to a save is on its way is not called saved by that answer", () => {
    const openFlow = open();
    openFlow.edit({ type: "renameFlow", name: "Mine" });
    const sent = openFlow.beginSave();
    openFlow.noticeDeletion();
    openFlow.setKeptOnDevice(true);
    openFlow.acceptSaved(flowOf(2, "Mine"), sent, 0);
    expect(words(openFlow)).toBe("Deleted — kept in this tab");
    openFlow.edit({ type: "renameFlow", name: "Mine too" });
    expect(words(openFlow)).toBe("Deleted — kept on this device");
  });

  it("can be saved where it is back", () => {
    const openFlow = open();
    openFlow.noticeDeletion();
    openFlow.edit({ type: "renameFlow", name: "Mine" });
    const sent = openFlow.beginSave();
    openFlow.acceptSaved(flowOf(2, "Mine"), sent, 0);
    expect(words(openFlow)).toBe("Saved");
  });

  it("is not taken to be back by a read that began before", () => {
    const openFlow = open();
    const askedAt = performance.now();
    openFlow.noticeDeletion();
    openFlow.noticeServer(flowOf(1), false, { askedAt });
    expect(words(openFlow)).toBe("Deleted — kept in this tab");
    openFlow.noticeServer(flowOf(1), false, { askedAt: askedAt + 60_000 });
    expect(words(openFlow)).toBe("Saved");
  });
});

describe("a flow whose save finds that it was deleted", () => {
  it("is not taken to be back by a read that came during that save", () => {
    const openFlow = open();
    openFlow.edit({ type: "renameFlow", name: "Mine" });
    openFlow.beginSave();
    openFlow.noticeServer(flowOf(1), false, { askedAt: performance.now() + 1 });
    vi.spyOn(performance, "now").mockReturnValueOnce(performance.now() + 60_000);
    openFlow.failSave({ type: "deleted" });
    expect(words(openFlow)).toBe("Deleted — kept in this tab");
  });
});

describe("a server that holds an older version again, as after a backup was put back", () => {
  it("is told of, and the page keeps what may be nowhere else", () => {
    const openFlow = open(2);
    const later = performance.now() + 60_000;
    expect(openFlow.noticeServer(flowOf(1, "Before"), false, { askedAt: later })).toBe("behind");
    expect(words(openFlow)).toBe("Changed elsewhere");
    expect(nameOf(openFlow)).toBe("Digest");
  });

  it("is not seen in an answer that was overtaken", () => {
    const openFlow = open(1);
    const askedAt = performance.now();
    openFlow.edit({ type: "renameFlow", name: "Mine" });
    openFlow.acceptSaved(flowOf(2, "Mine"), openFlow.beginSave(), 0);
    expect(openFlow.noticeServer(flowOf(1), false, { askedAt })).toBe("same");
    expect(words(openFlow)).toBe("Saved");
  });

  it("is not seen in dates alone, which clocks and copies of a store get wrong", () => {
    const openFlow = createOpenFlow(
      { ...heldFlow(buildFlow("Digest", [])), revision: undefined },
      { isInexact: false },
    );
    const older = {
      ...heldFlow(buildFlow("Before", [])),
      revision: undefined,
      versionToken: "x",
      updatedAt: "2025-01-01T00:00:00.000Z",
    };
    expect(openFlow.noticeServer(older, false, { askedAt: performance.now() + 60_000 })).toBe("same");
  });
});

describe("a newer version that comes by itself", () => {
  it("waits while a name is being edited in place, which is no edit yet", () => {
    const openFlow = open();
    expect(openFlow.noticeServer(flowOf(2, "Theirs"), false, { isHeld: () => true })).toBe("behind");
    expect([nameOf(openFlow), words(openFlow)]).toEqual(["Digest", "Changed elsewhere"]);
  });

  it("waits too where that began while a save was under way, during which it came", () => {
    const openFlow = open();
    openFlow.edit({ type: "renameStep", key: "fetch" as StepKey, name: "Get" });
    const sent = openFlow.beginSave();
    let isOpen = false;
    openFlow.noticeServer(flowOf(3, "Theirs"), false, { isHeld: () => isOpen });
    isOpen = true;
    openFlow.acceptSaved(
      { ...flowOf(2), flowSteps: [buildStep("fetch", { name: "Get" }), buildStep("send")] },
      sent,
    );
    expect([nameOf(openFlow), words(openFlow)]).toEqual(["Digest", "Changed elsewhere"]);
  });

  it("takes nothing away that was undone and can be redone", () => {
    const openFlow = open();
    openFlow.edit({ type: "renameStep", key: "fetch" as StepKey, name: "Get" });
    openFlow.undo();
    expect(openFlow.noticeServer(flowOf(2, "Theirs"), false)).toBe("behind");
    openFlow.redo();
    expect(openFlow.getState().history.document.steps[0]?.fields["name"]).toBe("Get");
    expect(words(openFlow)).toBe("Changed elsewhere");
  });
});
