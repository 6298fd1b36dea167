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
  it("is undefined if nothing prevents saving", () => {
    expect(explainWhySaveIsBlocked(openEdited().getState(), false)).toBeUndefined();
  });

  it.each<[string, SaveFailure, string, boolean]>([
    ["the deletion of the flow", { type: "deleted" }, "was deleted", true],
    ["the end of the session", { type: "signed-out" }, "Signed out", true],
    ["a network failure", { type: "offline" }, "did not respond", false],
    [
      "an overload of the server",
      { type: "busy", message: "Slow down.", retryAfterMs: undefined },
      "Slow down.",
      false,
    ],
    [
      "a rejection of the flow",
      { type: "refused", message: "No such type.", problems: [] },
      "No such type.",
      false,
    ],
    ["another error", { type: "error", message: "Too large." }, "Too large.", false],
  ])("after %s has a text, and says whether Save is disabled", (_, failure, text, isLasting) => {
    const openFlow = openEdited();
    openFlow.receive({ type: "failed", failure });
    const obstacle = explainWhySaveIsBlocked(openFlow.getState(), false);
    expect(obstacle?.text).toContain(text);
    expect(obstacle?.isLasting).toBe(isLasting);
  });

  it("is invalid input if there is any, else pending JSON, else an unreachable server", () => {
    const openFlow = openEdited();
    expect(explainWhySaveIsBlocked(openFlow.getState(), true)).toMatchObject({ isLasting: true });
    openFlow.setPendingJson({ text: "{", since: openFlow.getState().history.document });
    expect(explainWhySaveIsBlocked(openFlow.getState(), true)?.text).toContain("not applied");
    openFlow.setInvalidInput({ key: "fetch" as StepKey, field: "when", text: "{", message: "Unfinished." });
    expect(explainWhySaveIsBlocked(openFlow.getState(), true)?.text).toContain("Invalid input");
  });
});
