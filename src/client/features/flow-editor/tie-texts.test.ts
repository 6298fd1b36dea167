import { describe, expect, it } from "vitest";
import { buildFlow, buildStep } from "#core/flow-builder.ts";
import type { StepKey } from "#core/flow-document.ts";
import { type OpenFlow, createOpenFlow } from "#client/document/open-flow.ts";
import { countUnsavedEdits } from "#client/document/unsaved-edits.ts";
import { replaceWork } from "./tie-texts.ts";
import { NO_TEXTS } from "#client/document/typed-texts.ts";
import { heldFlow } from "#client/document/testing/held-flow.ts";

const flow = heldFlow(buildFlow("Digest", [buildStep("fetch"), buildStep("send")]));
const broken = { key: "send" as StepKey, field: "config", text: "{ long work", message: "Unfinished." };

const discardAll = (openFlow: OpenFlow) =>
  replaceWork(openFlow, openFlow.getState().history.base.document, {
    reason: "discard to saved",
    texts: NO_TEXTS,
  });

function openEdited() {
  const openFlow = createOpenFlow(flow, { isInexact: false });
  openFlow.edit({ type: "renameFlow", name: "Mine" });
  openFlow.edit({ type: "renameStep", key: "fetch" as StepKey, name: "Get" });
  const discard = () => discardAll(openFlow);
  const now = () => {
    const { history, brokenTexts, unappliedText } = openFlow.getState();
    return {
      name: history.document.name,
      texts: brokenTexts.map(({ text }) => text),
      json: unappliedText?.text,
    };
  };
  return { openFlow, discard, now };
}

describe("discarding", () => {
  it("is one edit that ends in what is saved, and that undo takes back", () => {
    const { openFlow, discard, now } = openEdited();
    discard();
    expect(countUnsavedEdits(openFlow.getState())).toBe(0);
    expect(openFlow.getState().history.entries.map(({ label }) => label)).toEqual([
      "rename flow",
      "rename Fetch",
      "discard to saved",
    ]);
    openFlow.undo();
    expect(now().name).toBe("Mine");
    expect(openFlow.getState().history.document.steps[0]?.fields["name"]).toBe("Get");
  });

  it("takes what was typed and is no edit yet, and brings it back with its undo, and takes it again with its redo", () => {
    const { openFlow, discard, now } = openEdited();
    openFlow.setBrokenText(broken);
    openFlow.setUnappliedText({ text: "{ json", since: openFlow.getState().history.document });
    discard();
    expect(now()).toEqual({ name: "Digest", texts: [], json: undefined });
    openFlow.undo();
    expect(now()).toEqual({ name: "Mine", texts: ["{ long work"], json: "{ json" });
    openFlow.undo();
    expect(now().texts).toEqual(["{ long work"]);
    openFlow.redo();
    openFlow.redo();
    expect(now()).toEqual({ name: "Digest", texts: [], json: undefined });
  });

  it("can be undone where nothing but a text was there to be discarded", () => {
    const openFlow = createOpenFlow(flow, { isInexact: false });
    openFlow.setBrokenText(broken);
    discardAll(openFlow);
    expect(countUnsavedEdits(openFlow.getState())).toBe(0);
    openFlow.undo();
    expect(openFlow.getState().brokenTexts).toEqual([broken]);
  });

  it("does not put an old text over one that was typed since", () => {
    const { openFlow, discard, now } = openEdited();
    openFlow.setBrokenText(broken);
    discard();
    openFlow.setBrokenText({ ...broken, text: "{ new" });
    openFlow.undo();
    expect(now().texts).toEqual(["{ new"]);
  });

  it("forgets its texts where another edit took the place of the undone one", () => {
    const { openFlow, discard, now } = openEdited();
    openFlow.setBrokenText(broken);
    discard();
    openFlow.undo();
    openFlow.clearBrokenText(broken.key, broken.field);
    openFlow.edit({ type: "renameFlow", name: "Other" });
    openFlow.undo();
    expect(now().texts).toEqual([]);
  });
});
