import { expect, it } from "vitest";
import { buildDocument, buildStep } from "#core/testing/flow-builder.ts";
import { type StepKey } from "#core/document/flow-document.ts";
import {
  countTestRunSteps,
  createTestRunProgressAnnouncer,
  findFinalOutputStep,
  findNotableStep,
} from "./test-run-steps.ts";
import { type TestRunStateOfStep, type TestRun, createTestRun } from "./test-run.ts";

const reply = { ...buildStep("reply"), type: "send-stream" };
const created = createTestRun(
  buildDocument(buildStep("ask"), reply, buildStep("score"), buildStep("end")),
  undefined,
);
const [ask, replyKey, score, end] = [...created.steps.keys()] as [StepKey, StepKey, StepKey, StepKey];
const withSteps = (
  status: TestRun["status"],
  steps: readonly (readonly [StepKey, Partial<TestRunStateOfStep>])[],
) => ({
  ...created,
  status,
  steps: new Map([...created.steps].map(([key, step]) => [key, { ...step, ...new Map(steps).get(key) }])),
});

it("the notable step of a test run is the running step, else the stopped one, else the failed one", () => {
  expect(
    findNotableStep(
      withSteps("running", [
        [ask, { status: "failed" }],
        [score, { status: "running" }],
      ]),
    ),
  ).toEqual({ step: score, text: "Running" });
  expect(findNotableStep(withSteps("stopped", [[ask, { status: "cancelled" }]]))).toEqual({
    step: ask,
    text: "Stopped at",
  });
  expect(findNotableStep(withSteps("failed", [[score, { status: "failed" }]]))).toEqual({
    step: score,
    text: "Failed at",
  });
  expect(findNotableStep(withSteps("completed", [[ask, { status: "completed" }]]))).toBeUndefined();
});

it("the counts of a test run say how many steps ran, ended and failed", () => {
  const run = withSteps("running", [
    [ask, { status: "failed" }],
    [replyKey, { status: "skipped" }],
    [score, { status: "running" }],
  ]);
  expect(countTestRunSteps(run)).toEqual({ total: 4, done: 2, failed: 1, ran: 2 });
});

it("the final output of a completed test run is the last streamed reply, else the last output of a step", () => {
  const outputs = [
    [ask, { status: "completed", output: 1 }],
    [score, { status: "completed", output: null }],
    [end, { status: "completed" }],
  ] as const;
  expect(findFinalOutputStep(withSteps("completed", outputs))).toBe(score);
  const replied = [...outputs, [replyKey, { status: "completed", output: "Hi" }]] as const;
  expect(findFinalOutputStep(withSteps("completed", replied))).toBe(replyKey);
  expect(findFinalOutputStep(withSteps("failed", outputs))).toBeUndefined();
  expect(findFinalOutputStep(withSteps("completed", []))).toBeUndefined();
});

it("the progress of a test run is announced at most every ten seconds, and only if it has changed", () => {
  let time = 0;
  const announced: string[] = [];
  const announceProgress = createTestRunProgressAnnouncer(
    (text) => announced.push(text),
    () => time,
  );
  const run = withSteps("running", [
    [ask, { status: "completed" }],
    [score, { status: "running" }],
  ]);
  time = 9_999;
  announceProgress(run);
  expect(announced).toEqual([]);
  time = 10_000;
  announceProgress(run);
  expect(announced).toEqual(["Running “Score”. 1 of 4 steps done."]);
  time = 30_000;
  announceProgress(run);
  expect(announced).toHaveLength(1);
  announceProgress(withSteps("running", [[end, { status: "skipped" }]]));
  announceProgress(run);
  expect(announced.slice(1)).toEqual(["1 of 4 steps done."]);
  time = 60_000;
  announceProgress(withSteps("completed", [[ask, { status: "completed" }]]));
  expect(announced).toHaveLength(2);
});
