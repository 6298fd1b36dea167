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
import { createOpenFlow } from "#client/document/open-flow.ts";
import { buildServerFlow } from "#client/document/testing/build-server-flow.ts";
import { markOpenFlowDocumentAsSent } from "#client/document/testing/begin-save.ts";

const flowOf = (name: string, revision: number) => ({
  ...buildServerFlow(buildFlow(name, [buildStep("fetch")])),
  versionToken: `${revision}-x`,
  updatedAt: `2026-01-01T00:00:0${revision}.000Z`,
});

test("a conflict choice is ignored if its values changed after the user saw them", async () => {
  const openFlow = createOpenFlow(flowOf("Digest", 1), { isInexact: false });
  openFlow.edit({ type: "renameFlow", name: "Mine" });
  openFlow.receive({ type: "version", flow: flowOf("Theirs", 2), isInexact: false });
  const seen = await mergeNewestServerVersion(openFlow);
  if (seen.type !== "conflict") expect.fail();
  const decisions = addConflictDecisionsForSide(new Map(), seen.merge.conflicts, "mine");
  openFlow.receive({ type: "version", flow: flowOf("Theirs anew", 3), isInexact: false });
  const apply = () =>
    mergeNewestServerVersion(
      openFlow,
      toConflictChoicesFromDecisions(decisions),
      createConflictDecidedPredicate(decisions),
    );
  expect((await apply()).type).toBe("conflict");
  expect(openFlow.getState().history.document.name).toBe("Mine");
  openFlow.receive({ type: "version", flow: flowOf("Theirs", 4), isInexact: false });
  expect((await apply()).type).toBe("done");
});

test("a conflict choice is remembered until the flow is saved, and is not applied to a later conflict", () => {
  const flow = createOpenFlow(flowOf("Digest", 1), { isInexact: false });
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
  flow.receive({ type: "version", flow: flowOf("Theirs", 2), isInexact: false });
  flow.rebase({ ...flow.getState().history.document, name: "Both" }, "merged");
  flow.undo();
  expect(flow.getState().decisions.get("name")?.written).toEqual({ value: "Both" });
  flow.redo();
  flow.receive({ type: "acknowledged", flow: flowOf("Both", 3), sent: markOpenFlowDocumentAsSent(flow) });
  expect(flow.getState().decisions.size).toBe(0);
});
