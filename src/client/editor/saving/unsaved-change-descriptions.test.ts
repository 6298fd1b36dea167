import { markAsSent, openSaved } from "#client/document/testing/receive.ts";
import { expect, test } from "vitest";
import { buildFlow, buildStep } from "#core/testing/flow-builder.ts";
import type { StepKey } from "#core/document/flow-document.ts";
import { buildServerFlow } from "#client/document/testing/build-server-flow.ts";
import { listUnsavedChangeDescriptions } from "./unsaved-change-descriptions.ts";

const open = () => openSaved(buildServerFlow(buildFlow("Digest", [buildStep("fetch")])));
const sentences = (openFlow: ReturnType<typeof open>) =>
  listUnsavedChangeDescriptions(openFlow.getState()).map(({ sentence }) => sentence);

test("the unsaved changes include edits, invalid input and pending JSON", () => {
  const openFlow = open();
  expect(sentences(openFlow)).toEqual([]);
  openFlow.edit({ type: "renameFlow", name: "Mine" });
  openFlow.setInvalidInput({ key: "fetch" as StepKey, field: "config", text: "{", message: "Not JSON." });
  openFlow.setPendingJson({ text: "[", since: openFlow.getState().history.document });
  expect(sentences(openFlow)).toEqual([
    "Renamed the flow to “Mine”",
    "Invalid input in “Fetch”: Not JSON.",
    "Unapplied JSON edits",
  ]);
});

test("the unsaved changes include the undo of edits that an unacknowledged save may have written", () => {
  const openFlow = open();
  openFlow.edit({ type: "renameFlow", name: "Mine" });
  markAsSent(openFlow);
  openFlow.receive({ type: "failed", failure: { type: "offline" } });
  expect(sentences(openFlow)).toEqual(["Renamed the flow to “Mine”"]);
  openFlow.undo();
  expect(sentences(openFlow)).toEqual(["Undone, but may already be saved on the server"]);
});
