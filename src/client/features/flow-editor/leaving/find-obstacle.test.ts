import { describe, expect, it } from "vitest";
import { buildFlow, buildStep } from "#core/flow-builder.ts";
import type { StepKey } from "#core/flow-document.ts";
import { createOpenFlow } from "#client/document/open-flow.ts";
import type { SaveFailure } from "#client/document/save-failure.ts";
import { findObstacle } from "./find-obstacle.ts";
import { heldFlow } from "#client/document/testing/held-flow.ts";

function openEdited() {
  const flow = heldFlow(buildFlow("Digest", [buildStep("fetch")]));
  const openFlow = createOpenFlow(flow, { isInexact: false });
  openFlow.edit({ type: "renameFlow", name: "Mine" });
  return openFlow;
}

describe("what keeps unsaved edits from being saved", () => {
  it("is nothing at first", () => {
    expect(findObstacle(openEdited().getState(), false)).toBeUndefined();
  });

  it.each<[SaveFailure, string, boolean]>([
    [{ type: "deleted" }, "was deleted", true],
    [{ type: "signed-out" }, "signed out", true],
    [{ type: "offline" }, "did not answer", false],
    [{ type: "busy", message: "Slow down.", retryAfterMs: undefined }, "Slow down.", false],
    [{ type: "refused", message: "No such type.", problems: [] }, "No such type.", false],
    [{ type: "error", message: "Too large." }, "Too large.", false],
  ])("after %o is said, and whether another try is in vain", (failure, text, isLasting) => {
    const openFlow = openEdited();
    openFlow.failSave(failure);
    const obstacle = findObstacle(openFlow.getState(), false);
    expect(obstacle?.text).toContain(text);
    expect(obstacle?.isLasting).toBe(isLasting);
  });

  it("is a text that only a person can mend, and a server that is away", () => {
    const openFlow = openEdited();
    expect(findObstacle(openFlow.getState(), true)).toMatchObject({ isLasting: true });
    openFlow.setUnappliedText({ text: "{", since: openFlow.getState().history.document });
    expect(findObstacle(openFlow.getState(), true)?.text).toContain("not applied");
    openFlow.setBrokenText({ key: "fetch" as StepKey, field: "when", text: "{", message: "Unfinished." });
    expect(findObstacle(openFlow.getState(), true)?.text).toContain("does not fit its field");
  });
});
