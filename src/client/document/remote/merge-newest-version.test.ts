import { openSaved, receiveVersion } from "#client/document/testing/receive.ts";
import { expect, test } from "vitest";
import { buildFlow, buildStep } from "#core/testing/flow-builder.ts";
import type { StepKey } from "#core/document/flow-document.ts";
import type { JsonObject } from "#core/json/json.ts";
import { mergeNewestServerVersion } from "./merge-newest-version.ts";
import { buildServerFlow } from "#client/document/testing/build-server-flow.ts";

const flowOf = (revision: number, config: JsonObject) => ({
  ...buildServerFlow(buildFlow("Digest", [buildStep("fetch", { config })])),
  versionToken: `${revision}-x`,
  updatedAt: `2026-01-01T00:00:0${revision}.000Z`,
});

function openBroken(field: string) {
  const openFlow = openSaved(flowOf(1, { url: "a", body: "b" }));
  openFlow.setInvalidInput({ key: "fetch" as StepKey, field, text: '{"url": "a', message: "unfinished" });
  receiveVersion(openFlow, flowOf(2, { url: "theirs", body: "b" }));
  return openFlow;
}

test.each(["config", "config.url"])(
  "a remote change to a field with invalid input (%s) is not merged",
  async (field) => {
    const openFlow = openBroken(field);
    expect(await mergeNewestServerVersion(openFlow)).toMatchObject({ type: "unfinished", text: { field } });
    openFlow.clearInvalidInput("fetch" as StepKey, field);
    openFlow.edit({
      type: "setConfig",
      key: "fetch" as StepKey,
      path: [],
      value: { url: "a", body: "mine" },
    });
    expect(await mergeNewestServerVersion(openFlow)).toEqual({ type: "done" });
    expect(openFlow.getState().history.document.steps[0]?.fields["config"]).toEqual({
      url: "theirs",
      body: "mine",
    });
  },
);

test.each(["config.body", "when", "name"])(
  "remote changes to fields other than the one with invalid input (%s) are merged",
  async (field) => {
    expect(await mergeNewestServerVersion(openBroken(field))).toEqual({ type: "done" });
  },
);

test("a merge ignores the invalid input of a deleted step, and reports the deletion as the conflict", async () => {
  const openFlow = openBroken("config.url");
  openFlow.edit({ type: "removeSteps", keys: ["fetch" as StepKey] });
  expect(await mergeNewestServerVersion(openFlow)).toMatchObject({
    type: "conflict",
    merge: { conflicts: [{ type: "removal", key: "fetch" }] },
  });
});
