import { expect, test } from "vitest";
import { applyEditCommand } from "#core/commands/edit-command.ts";
import { buildFlow, buildStep } from "#core/testing/flow-builder.ts";
import { type FlowDocument, type StepKey, parseFlowDocument } from "#core/document/flow-document.ts";
import { mergeDocuments } from "#core/merge/merge-documents.ts";
import {
  toConflictChoicesFromDecisions,
  addConflictDecision,
  addConflictDecisionsForSide,
  getConflictDecisionState,
} from "./decisions.ts";

const base = parseFlowDocument(
  buildFlow(
    "f",
    ["a", "b"].map((id) => buildStep(id)),
  ),
);
const rename = (document: FlowDocument, key: string, name: string) =>
  applyEditCommand(document, { type: "renameStep", key: key as StepKey, name });
const remove = (document: FlowDocument, key: string) =>
  applyEditCommand(document, { type: "removeSteps", keys: [key as StepKey] });
const conflictsOf = (mine: FlowDocument, theirs: FlowDocument) =>
  mergeDocuments(base, mine, theirs).conflicts;

test("the choice for a conflict stays valid until one side changes its value", () => {
  const mine = rename(base, "a", "Mine");
  const [conflict] = conflictsOf(mine, rename(base, "a", "Theirs"));
  const decisions = addConflictDecision(new Map(), conflict!, "mine");
  const stateWith = (here: FlowDocument, there: FlowDocument) => {
    const [current] = conflictsOf(here, there);
    return getConflictDecisionState(decisions, current!);
  };
  expect(getConflictDecisionState(new Map(), conflict!)).toBe("open");
  expect(stateWith(mine, rename(base, "a", "Theirs"))).toBe("decided");
  expect(stateWith(rename(mine, "b", "B2"), rename(base, "a", "Theirs"))).toBe("decided");
  expect(stateWith(mine, rename(base, "a", "Theirs, newer"))).toBe("stale");
  expect(stateWith(rename(base, "a", "Mine, newer"), rename(base, "a", "Theirs"))).toBe("stale");
  expect(stateWith(mine, remove(base, "a"))).toBe("open");
});

test("the user must choose again whether to keep a removed step after the step has changed", () => {
  const [conflict] = conflictsOf(rename(base, "a", "Mine"), remove(base, "a"));
  const decisions = addConflictDecision(new Map(), conflict!, "mine");
  const [same] = conflictsOf(rename(base, "a", "Mine"), remove(base, "a"));
  const [other] = conflictsOf(rename(base, "a", "Newer"), remove(base, "a"));
  expect(getConflictDecisionState(decisions, same!)).toBe("decided");
  expect(getConflictDecisionState(decisions, other!)).toBe("stale");
});

test("a text merged by hand is kept when the removal of its step is chosen for all conflicts", () => {
  const [removal] = conflictsOf(rename(base, "b", "Mine"), remove(base, "b"));
  const [inside] = conflictsOf(rename(base, "a", "Mine"), rename(base, "a", "Theirs"));
  const written = { value: "Ours" };
  const decisions = addConflictDecisionsForSide(
    addConflictDecision(new Map(), inside!, written),
    [removal!],
    "theirs",
  );
  expect(decisions.get(inside!.id)?.written).toBe(written);
});

test("a text merged by hand is kept when the choice changes to one side", () => {
  const conflicts = conflictsOf(rename(base, "a", "Mine"), rename(base, "a", "Theirs"));
  const [conflict] = conflicts;
  const written = { value: "Ours" };
  const byHand = addConflictDecision(new Map(), conflict!, written);
  for (const decisions of [
    addConflictDecision(byHand, conflict!, "theirs"),
    addConflictDecisionsForSide(byHand, conflicts, "theirs"),
  ]) {
    expect(toConflictChoicesFromDecisions(decisions).get(conflict!.id)).toBe("theirs");
    expect(decisions.get(conflict!.id)?.written).toBe(written);
  }
});
