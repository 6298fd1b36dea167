import { expect, it } from "vitest";
import { applyCommand } from "#core/command.ts";
import { buildConditional, buildFlow, buildStep } from "#core/flow-builder.ts";
import { type FlowDocument, type StepKey, parseFlow } from "#core/flow-document.ts";
import { recordCommand, startHistory } from "#core/history.ts";
import { ROOT, locateSteps } from "#core/step-list.ts";
import { mergeDraft } from "./merge-draft.ts";

const key = (text: string) => text as StepKey;
const inside = [buildStep("x", { order: 0 }), buildStep("y", { order: 1 })];
const base = parseFlow(buildFlow("f", [buildStep("a"), buildStep("b"), buildConditional("if", inside)]));
const start = startHistory({
  document: base,
  version: { token: "1", updatedAt: "2026-01-01T00:00:00.000Z" },
});
const order = (document: FlowDocument | undefined) => document && [...locateSteps(document).keys()];

it("keeps what the draft moved, whatever numbers the steps came with", () => {
  const list = { type: "branch", step: key("if"), branch: "trueSteps" } as const;
  const moves = [
    { type: "moveSteps", keys: [key("b")], place: { list: ROOT, index: 0 } },
    { type: "moveSteps", keys: [key("y")], place: { list, index: 0 } },
  ] as const;
  const draft = moves.reduce((history, move) => recordCommand(history, move), start);
  const here = recordCommand(start, { type: "renameStep", key: key("a"), name: "First" });
  const merged = mergeDraft(here, draft);
  expect(order(merged)).toEqual(["b", "a", "if", "y", "x"]);
  expect(merged && applyCommand(merged, { type: "renameStep", key: key("a"), name: "First" })).toBe(merged);
});
