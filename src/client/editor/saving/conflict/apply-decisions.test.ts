import { acknowledge, markAsSent, openSaved, receiveVersion } from "#client/document/testing/receive.ts";
import { expect, test } from "vitest";
import { buildFlow, buildStep } from "#core/testing/flow-builder.ts";
import {
  toConflictChoicesFromDecisions,
  addConflictDecision,
  addConflictDecisionsForSide,
  createConflictDecidedPredicate,
} from "#client/document/remote/decisions.ts";
import type { FieldConflict } from "#core/merge/conflict.ts";
import { mergeNewestServerVersion } from "#client/document/remote/merge-newest-version.ts";
import { buildServerFlow } from "#client/document/testing/build-server-flow.ts";

const flowOf = (name: string, revision: number) => ({
  ...buildServerFlow(buildFlow(name, [buildStep("fetch")])),
  versionToken: `${revision}-x`,
  updatedAt: `2026-01-01T00:00:0${revision}.000Z`,
});

test("a conflict choice is ignored if its values changed after the user saw them", async () => {
  const openFlow = openSaved(flowOf("Digest", 1));
  openFlow.edit({ type: "renameFlow", name: "Mine" });
  receiveVersion(openFlow, flowOf("Theirs", 2));
  const seen = await mergeNewestServerVersion(openFlow);
  if (seen.type !== "conflict") expect.fail();
  const decisions = addConflictDecisionsForSide(new Map(), seen.merge.conflicts, "mine");
  receiveVersion(openFlow, flowOf("Theirs anew", 3));
  const apply = () =>
    mergeNewestServerVersion(
      openFlow,
      toConflictChoicesFromDecisions(decisions),
      createConflictDecidedPredicate(decisions),
    );
  expect((await apply()).type).toBe("conflict");
  expect(openFlow.getState().history.document.name).toBe("Mine");
  receiveVersion(openFlow, flowOf("Theirs", 4));
  expect((await apply()).type).toBe("done");
});

test("a conflict choice is remembered until the flow is saved, and is not applied to a later conflict", () => {
  const flow = openSaved(flowOf("Digest", 1));
  const conflict: FieldConflict = {
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
  flow.decide((decisions) => addConflictDecision(decisions, conflict, { value: "Both" }));
  receiveVersion(flow, flowOf("Theirs", 2));
  flow.rebase({ ...flow.getState().history.document, name: "Both" }, "merged");
  flow.undo();
  expect(flow.getState().decisions.get("name")?.written).toEqual({ value: "Both" });
  flow.redo();
  acknowledge(flow, flowOf("Both", 3), markAsSent(flow));
  expect(flow.getState().decisions.size).toBe(0);
});
