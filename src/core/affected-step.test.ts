import { describe, expect, it } from "vitest";
import { findAffectedStep } from "./affected-step.ts";
import type { Command } from "./command.ts";
import { buildConditional, buildFlow, buildStep } from "./flow-builder.ts";
import { type StepKey, parseFlow } from "./flow-document.ts";
import { recordCommand, redo, startHistory, undo } from "./history.ts";
import { createStep } from "./new-step.ts";
import { ROOT } from "./step-list.ts";

const key = (text: string) => text as StepKey;
const flow = parseFlow(
  buildFlow("f", [buildStep("fetch"), buildConditional("route", [buildStep("queue")]), buildStep("log")]),
);
const then = { type: "branch", step: key("route"), branch: "trueSteps" } as const;

function affected(command: Command) {
  const done = recordCommand(
    startHistory({ document: flow, version: { token: undefined, updatedAt: "" } }),
    command,
  );
  const entry = done.entries[0]!;
  return {
    undone: findAffectedStep(entry, undo(done).document),
    redone: findAffectedStep(entry, redo(undo(done)).document),
  };
}

describe("the step to look at after an undo or redo", () => {
  it("is the one that was edited, or the first of several", () => {
    const rename = affected({ type: "renameStep", key: key("queue"), name: "x" });
    expect(rename).toEqual({ undone: "queue", redone: "queue" });
    const edits = ["log", "fetch"].map((id) => ({ key: key(id), at: ["name"], text: "x" }));
    expect(affected({ type: "replaceText", edits }).undone).toBe("log");
    expect(affected({ type: "renameVariable", from: "a", to: "b", edits }).redone).toBe("log");
  });

  it("is the one that took the place of a step that is gone, or the last before it", () => {
    const remove = (id: string) => affected({ type: "removeSteps", keys: [key(id)] });
    expect(remove("fetch")).toEqual({ undone: "fetch", redone: "route" });
    expect(remove("log")).toEqual({ undone: "log", redone: "route" });
  });

  it("is the conditional around a list that is empty now", () => {
    expect(affected({ type: "removeSteps", keys: [key("queue")] }).redone).toBe("route");
    const steps = [createStep({ id: "new", type: "prompt" })];
    const list = { ...then, branch: "falseSteps" } as const;
    expect(affected({ type: "insertSteps", steps, place: { list, index: 0 } })).toEqual({
      undone: "route",
      redone: "new",
    });
  });

  it("is none for an edit of the flow itself, and in an empty flow", () => {
    expect(affected({ type: "renameFlow", name: "x" })).toEqual({ undone: undefined, redone: undefined });
    const keys = flow.steps.map((node) => node.key);
    expect(affected({ type: "removeSteps", keys }).redone).toBeUndefined();
    expect(affected({ type: "moveSteps", keys: [key("log")], place: { list: ROOT, index: 0 } }).undone).toBe(
      "log",
    );
  });
});
