import { expect, test } from "vitest";
import { buildFlow, buildStep } from "#core/flow-builder.ts";
import type { StepKey } from "#core/flow-document.ts";
import { createOpenFlow } from "#client/document/open-flow.ts";
import { heldFlow } from "#client/document/testing/held-flow.ts";
import { describeUnsaved } from "./describe-unsaved.ts";

const open = () => createOpenFlow(heldFlow(buildFlow("Digest", [buildStep("fetch")])), { isInexact: false });
const sentences = (openFlow: ReturnType<typeof open>) =>
  describeUnsaved(openFlow.getState()).map(({ sentence }) => sentence);

test("edits, texts that fit nowhere yet, and JSON that was not applied are told", () => {
  const openFlow = open();
  expect(sentences(openFlow)).toEqual([]);
  openFlow.edit({ type: "renameFlow", name: "Mine" });
  openFlow.setBrokenText({ key: "fetch" as StepKey, field: "config", text: "{", message: "Not JSON." });
  openFlow.setUnappliedText({ text: "[", since: openFlow.getState().history.document });
  expect(sentences(openFlow)).toEqual([
    "Renamed the flow to “Mine”",
    "Typed a text into “Fetch” that does not fit its field: Not JSON.",
    "Edited the flow’s JSON, and did not apply it",
  ]);
});

test("so is what was undone after a save that got no answer, where nothing else is unsaved", () => {
  const openFlow = open();
  openFlow.edit({ type: "renameFlow", name: "Mine" });
  openFlow.beginSave();
  openFlow.failSave({ type: "offline" });
  expect(sentences(openFlow)).toEqual(["Renamed the flow to “Mine”"]);
  openFlow.undo();
  expect(sentences(openFlow)).toEqual(["Undid edits whose save got no answer: the server may hold them"]);
});
