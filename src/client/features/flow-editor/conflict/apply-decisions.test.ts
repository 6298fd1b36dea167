import { expect, test } from "vitest";
import { buildFlow, buildStep } from "#core/flow-builder.ts";
import { choicesOf, decide, decideAll, isDecidedBy } from "#client/document/decisions.ts";
import type { FieldClash } from "#core/merge/clash.ts";
import { catchUp } from "#client/document/catch-up.ts";
import { createOpenFlow } from "#client/document/open-flow.ts";
import { heldFlow } from "#client/document/testing/held-flow.ts";

const flowOf = (name: string, revision: number) => ({
  ...heldFlow(buildFlow(name, [buildStep("fetch")])),
  versionToken: `${revision}-x`,
  updatedAt: `2026-01-01T00:00:0${revision}.000Z`,
});

test("a choice between other values than those that were seen decides nothing", async () => {
  const openFlow = createOpenFlow(flowOf("Digest", 1), { isInexact: false });
  openFlow.edit({ type: "renameFlow", name: "Mine" });
  openFlow.noticeServer(flowOf("Theirs", 2), false);
  const seen = await catchUp(openFlow);
  if (seen.type !== "clash") expect.fail();
  const decisions = decideAll(new Map(), seen.merge.clashes, "mine");
  // Between the last look and the press.
  openFlow.noticeServer(flowOf("Theirs anew", 3), false);
  const apply = () => catchUp(openFlow, choicesOf(decisions), isDecidedBy(decisions));
  expect((await apply()).type).toBe("clash");
  expect(openFlow.getState().history.document.name).toBe("Mine");
  openFlow.noticeServer(flowOf("Theirs", 4), false);
  expect((await apply()).type).toBe("done");
});

test("what was decided of a conflict stays until it is saved, and says nothing about the next one", () => {
  const flow = createOpenFlow(flowOf("Digest", 1), { isInexact: false });
  const clash: FieldClash = {
    type: "field",
    id: "name",
    key: undefined,
    path: ["name"],
    base: "Digest",
    mine: "Mine",
    theirs: "Theirs",
    preset: "mine",
  };
  flow.edit({ type: "renameFlow", name: "Mine" });
  flow.decide((decisions) => decide(decisions, clash, { value: "Both" }));
  flow.noticeServer(flowOf("Theirs", 2), false);
  flow.rebase({ ...flow.getState().history.document, name: "Both" }, "merge");
  flow.undo();
  expect(flow.getState().decisions.get("name")?.written).toEqual({ value: "Both" });
  flow.redo();
  flow.acceptSaved(flowOf("Both", 3), flow.beginSave());
  expect(flow.getState().decisions.size).toBe(0);
});
