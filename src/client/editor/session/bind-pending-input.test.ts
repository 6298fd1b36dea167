import { openSaved } from "#client/document/testing/receive.ts";
import { expect, it } from "vitest";
import { buildFlow, buildStep } from "#core/testing/flow-builder.ts";
import type { StepKey } from "#core/document/flow-document.ts";
import { type OpenFlow } from "#client/document/open-flow.ts";
import { countUnsavedEdits } from "#client/document/saving/unsaved-edits.ts";
import { replaceFlowAndPendingInput } from "./bind-pending-input.ts";
import { NO_PENDING_USER_INPUT } from "#client/document/pending-input.ts";
import { buildServerFlow } from "#client/document/testing/build-server-flow.ts";

const flow = buildServerFlow(buildFlow("Digest", [buildStep("fetch"), buildStep("send")]));
const broken = { key: "send" as StepKey, field: "config", text: "{ long work", message: "Unfinished." };

const discardAll = (openFlow: OpenFlow) =>
  replaceFlowAndPendingInput(openFlow, openFlow.getState().history.base.document, {
    reason: "revert to saved",
    texts: NO_PENDING_USER_INPUT,
  });

function openEdited() {
  const openFlow = openSaved(flow);
  openFlow.edit({ type: "renameFlow", name: "Mine" });
  openFlow.edit({ type: "renameStep", key: "fetch" as StepKey, name: "Get" });
  const discard = () => discardAll(openFlow);
  const readState = () => {
    const { history, invalidInputs, pendingJson } = openFlow.getState();
    return {
      name: history.document.name,
      texts: invalidInputs.map(({ text }) => text),
      json: pendingJson?.text,
    };
  };
  return { openFlow, discard, readState };
}

it("discarding the unsaved changes is one edit that results in the saved version and can be undone", () => {
  const { openFlow, discard, readState } = openEdited();
  discard();
  expect(countUnsavedEdits(openFlow.getState())).toBe(0);
  expect(openFlow.getState().history.entries.map(({ label }) => label)).toEqual([
    "rename flow",
    "rename “Fetch”",
    "revert to saved",
  ]);
  openFlow.undo();
  expect(readState().name).toBe("Mine");
  expect(openFlow.getState().history.document.steps[0]?.fields["name"]).toBe("Get");
});

it("discarding the unsaved changes removes pending input, restores it on undo and removes it again on redo", () => {
  const { openFlow, discard, readState } = openEdited();
  openFlow.setInvalidInput(broken);
  openFlow.setPendingJson({ text: "{ json", since: openFlow.getState().history.document });
  discard();
  expect(readState()).toEqual({ name: "Digest", texts: [], json: undefined });
  openFlow.undo();
  expect(readState()).toEqual({ name: "Mine", texts: ["{ long work"], json: "{ json" });
  openFlow.undo();
  expect(readState().texts).toEqual(["{ long work"]);
  openFlow.redo();
  openFlow.redo();
  expect(readState()).toEqual({ name: "Digest", texts: [], json: undefined });
});

it("discarding the unsaved changes can be undone if it discarded only pending input", () => {
  const openFlow = openSaved(flow);
  openFlow.setInvalidInput(broken);
  discardAll(openFlow);
  expect(countUnsavedEdits(openFlow.getState())).toBe(0);
  openFlow.undo();
  expect(openFlow.getState().invalidInputs).toEqual([broken]);
});

it("discarding the unsaved changes can be undone without overwriting pending input that was typed after the discard", () => {
  const { openFlow, discard, readState } = openEdited();
  openFlow.setInvalidInput(broken);
  discard();
  openFlow.setInvalidInput({ ...broken, text: "{ new" });
  openFlow.undo();
  expect(readState().texts).toEqual(["{ new"]);
});

it("discarding the unsaved changes does not restore pending input on a later undo if the user has corrected that input", () => {
  const { openFlow, discard, readState } = openEdited();
  openFlow.setInvalidInput(broken);
  discard();
  openFlow.undo();
  openFlow.clearInvalidInput(broken.key, broken.field);
  openFlow.edit({ type: "renameFlow", name: "Other" });
  openFlow.undo();
  expect(readState().texts).toEqual([]);
});
