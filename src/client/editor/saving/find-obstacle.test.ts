import { openSaved } from "#client/document/testing/receive.ts";
import { expect, it } from "vitest";
import { buildFlow, buildStep } from "#core/testing/flow-builder.ts";
import type { StepKey } from "#core/document/flow-document.ts";
import type { SaveFailure } from "#client/document/saving/save-failure.ts";
import { explainWhySaveIsBlocked } from "./unsaved-change-descriptions.ts";
import { buildServerFlow } from "#client/document/testing/build-server-flow.ts";

function openEdited() {
  const flow = buildServerFlow(buildFlow("Digest", [buildStep("fetch")]));
  const openFlow = openSaved(flow);
  openFlow.edit({ type: "renameFlow", name: "Mine" });
  return openFlow;
}

it("the text that explains why edits are not saved is missing if nothing prevents saving", () => {
  expect(explainWhySaveIsBlocked(openEdited().getState(), false)).toBeUndefined();
});

it.each<[string, string, "disables Save" | "allows Retry", SaveFailure]>([
  ["the deletion of the flow", "was deleted", "disables Save", { type: "deleted" }],
  ["the end of the session", "Signed out", "disables Save", { type: "signed-out" }],
  ["a network failure", "did not respond", "allows Retry", { type: "offline" }],
  [
    "an overload of the server",
    "Slow down.",
    "allows Retry",
    { type: "busy", message: "Slow down.", retryAfterMs: undefined },
  ],
  [
    "a rejection of the flow",
    "No such type.",
    "allows Retry",
    { type: "refused", message: "No such type.", problems: [] },
  ],
  ["another error", "Too large.", "allows Retry", { type: "error", message: "Too large." }],
])(
  "the text that explains why edits are not saved after %s contains “%s”, and %s",
  (_, text, effect, failure) => {
    const openFlow = openEdited();
    openFlow.receive({ type: "failed", failure });
    const obstacle = explainWhySaveIsBlocked(openFlow.getState(), false);
    expect(obstacle?.text).toContain(text);
    expect(obstacle?.isLasting).toBe(effect === "disables Save");
  },
);

it("the text that explains why edits are not saved names invalid input if there is any, else pending JSON, else an unreachable server", () => {
  const openFlow = openEdited();
  expect(explainWhySaveIsBlocked(openFlow.getState(), true)).toMatchObject({ isLasting: true });
  openFlow.setPendingJson({ text: "{", since: openFlow.getState().history.document });
  expect(explainWhySaveIsBlocked(openFlow.getState(), true)?.text).toContain("not applied");
  openFlow.setInvalidInput({ key: "fetch" as StepKey, field: "when", text: "{", message: "Unfinished." });
  expect(explainWhySaveIsBlocked(openFlow.getState(), true)?.text).toContain("Invalid input");
});
