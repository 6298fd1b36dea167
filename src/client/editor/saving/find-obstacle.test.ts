import { describe, expect, it } from "vitest";
import { buildFlow, buildStep } from "#core/testing/flow-builder.ts";
import type { StepKey } from "#core/document/flow-document.ts";
import { createOpenFlow } from "#client/document/open-flow.ts";
import type { SaveFailure } from "#client/document/saving/save-failure.ts";
import { explainWhySaveIsBlocked } from "./describe-unsaved.ts";
import { buildServerFlow } from "#client/document/testing/build-server-flow.ts";

function openEdited() {
  const flow = buildServerFlow(buildFlow("Digest", [buildStep("fetch")]));
  const openFlow = createOpenFlow(flow, { isInexact: false });
  openFlow.edit({ type: "renameFlow", name: "Mine" });
  return openFlow;
}

describe("the obstacle to saving unsaved edits", () => {
  it("is undefined if there is none", () => {
    expect(explainWhySaveIsBlocked(openEdited().getState(), false)).toBeUndefined();
  });

  it.each<[SaveFailure, string, boolean]>([
    [{ type: "deleted" }, "was deleted", true],
    [{ type: "signed-out" }, "Signed out", true],
    [{ type: "offline" }, "did not respond", false],
    [{ type: "busy", message: "Slow down.", retryAfterMs: undefined }, "Slow down.", false],
    [{ type: "refused", message: "No such type.", problems: [] }, "No such type.", false],
    [{ type: "error", message: "Too large." }, "Too large.", false],
  ])("after %o has a description, and says whether a retry would fail again", (failure, text, isLasting) => {
    const openFlow = openEdited();
    openFlow.receive({ type: "failed", failure: failure });
    const obstacle = explainWhySaveIsBlocked(openFlow.getState(), false);
    expect(obstacle?.text).toContain(text);
    expect(obstacle?.isLasting).toBe(isLasting);
  });

  it("is invalid input first, then pending JSON, then an unreachable server", () => {
    const openFlow = openEdited();
    expect(explainWhySaveIsBlocked(openFlow.getState(), true)).toMatchObject({ isLasting: true });
    openFlow.setPendingJson({ text: "{", since: openFlow.getState().history.document });
    expect(explainWhySaveIsBlocked(openFlow.getState(), true)?.text).toContain("not applied");
    openFlow.setInvalidInput({ key: "fetch" as StepKey, field: "when", text: "{", message: "Unfinished." });
    expect(explainWhySaveIsBlocked(openFlow.getState(), true)?.text).toContain("Invalid input");
  });
});
