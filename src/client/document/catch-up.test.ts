import { expect, test } from "vitest";
import { buildFlow, buildStep } from "#core/flow-builder.ts";
import type { StepKey } from "#core/flow-document.ts";
import type { JsonObject } from "#core/json.ts";
import { catchUp } from "./catch-up.ts";
import { createOpenFlow } from "./open-flow.ts";
import { heldFlow } from "./testing/held-flow.ts";

const flowOf = (revision: number, config: JsonObject) => ({
  ...heldFlow(buildFlow("Digest", [buildStep("fetch", { config })])),
  versionToken: `${revision}-x`,
  updatedAt: `2026-01-01T00:00:0${revision}.000Z`,
});

/** A page on which a text waits to be mended, and a newer version that has another URL. */
function openBroken(field: string) {
  const openFlow = createOpenFlow(flowOf(1, { url: "a", body: "b" }), { isInexact: false });
  openFlow.setBrokenText({ key: "fetch" as StepKey, field, text: '{"url": "a', message: "unfinished" });
  openFlow.noticeServer(flowOf(2, { url: "theirs", body: "b" }), false);
  return openFlow;
}

test.each(["config", "config.url"])(
  "what others changed under a text that is not finished (%s) is not brought in: that text would take it out again",
  async (field) => {
    const openFlow = openBroken(field);
    expect(await catchUp(openFlow)).toMatchObject({ type: "unfinished", text: { field } });
    openFlow.clearBrokenText("fetch" as StepKey, field);
    openFlow.edit({
      type: "setConfig",
      key: "fetch" as StepKey,
      path: [],
      value: { url: "a", body: "mine" },
    });
    expect(await catchUp(openFlow)).toEqual({ type: "done" });
    expect(openFlow.getState().history.document.steps[0]?.fields["config"]).toEqual({
      url: "theirs",
      body: "mine",
    });
  },
);

test.each(["config.body", "when", "name"])(
  "what others changed beside a text that is not finished (%s) is brought in",
  async (field) => {
    expect(await catchUp(openBroken(field))).toEqual({ type: "done" });
  },
);

test("a text of a step that was deleted holds nothing up: nobody could mend it, and the deletion is what is to be settled", async () => {
  const openFlow = openBroken("config.url");
  openFlow.edit({ type: "removeSteps", keys: ["fetch" as StepKey] });
  expect(await catchUp(openFlow)).toMatchObject({
    type: "clash",
    merge: { clashes: [{ type: "removal", key: "fetch" }] },
  });
});
