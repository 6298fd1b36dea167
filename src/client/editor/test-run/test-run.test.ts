import { expect, it } from "vitest";
import { buildDocument, buildStep } from "#core/testing/flow-builder.ts";
import { type StepKey, type StepNode } from "#core/document/flow-document.ts";
import type { JsonObject } from "#core/json/json.ts";
import { getStepRunId } from "#core/document/run-ids.ts";
import { getLocationsOfAllSteps } from "#core/document/step-list.ts";
import type { FlowRunStreamEvent } from "#client/data/api/flow-run-event-reader.ts";
import { endTestRun, applyTestRunEvents, createTestRun } from "./test-run.ts";

const inner = buildStep("inner");
const route = { ...buildStep("route"), type: "conditional", config: { trueSteps: [inner], falseSteps: [] } };
const document = buildDocument(buildStep("ask"), route);
const [askKey, routeKey, innerKey] = [buildStep("ask"), route, inner].map(
  (step: JsonObject) => step["id"] as StepKey,
) as [StepKey, StepKey, StepKey];
const base = { executionId: "exec_1", seq: 1 };
const after = (...events: object[]) =>
  applyTestRunEvents(
    createTestRun(document, undefined),
    events.map((event) => ({ ...base, ...event })) as FlowRunStreamEvent[],
  );

it("a test run collects streamed text by step, and reads the output from the result", () => {
  const events = [
    { type: "step_start", id: askKey, startedAt: "2026-01-01T00:00:00.000Z" },
    { type: "text_start", id: "t1", stepId: askKey },
    { type: "text_delta", id: "t1", delta: "Hel" },
    { type: "text_delta", id: "t1", delta: "lo" },
    { type: "text_delta", id: "unknown", delta: "nobody’s" },
  ];
  const running = after(...events).steps.get(askKey);
  expect(running).toMatchObject({ status: "running", text: "Hello" });
  const end = {
    type: "step_complete",
    id: askKey,
    stepType: "prompt",
    success: true,
    result: { response: "Hello" },
  };
  expect(after(...events, end).steps.get(askKey)).toMatchObject({ status: "completed", output: "Hello" });
  const json = { ...end, result: { response: '{"a": 1}', parsed: { a: 1 } } };
  expect(after(json).steps.get(askKey)?.output).toEqual({ a: 1 });
  expect(after({ ...end, result: { response: "null", parsed: null } }).steps.get(askKey)?.output).toBeNull();
  const other = { ...end, stepType: "transform-data" };
  expect(after(other).steps.get(askKey)?.output).toEqual({ response: "Hello" });
});

it("a test run distinguishes a failed step from a skipped one", () => {
  const { steps, status, error } = after(
    { type: "step_complete", id: askKey, success: false, error: "No model." },
    { type: "step_skip", id: routeKey, reason: "failed" },
    { type: "step_skip", id: "another flow’s" },
    { type: "execution_error", error: "“Ask”: No model.", code: "step_failed", durationMs: 12 },
  );
  expect(steps.get(askKey)).toMatchObject({ status: "failed", end: { error: "No model." } });
  expect(steps.get(routeKey)).toMatchObject({ status: "skipped", skip: { reason: "failed" } });
  expect(steps.size).toBe(3);
  expect([status, error]).toEqual(["failed", "“Ask”: No model."]);
});

it("a test run has the upgrade URL of a plan limit only if it is an HTTP URL", () => {
  const endAt = (upgradeUrl: string) =>
    after({ type: "execution_error", error: "Your plan is used up.", code: "plan_limit", upgradeUrl });
  expect(endAt("https://example.com/plans").upgradeUrl).toBe("https://example.com/plans");
  expect(endAt("javascript:alert(1)").upgradeUrl).toBeUndefined();
});

it("running steps are cancelled when the run is stopped or its connection is lost", () => {
  const start = { type: "step_start", id: askKey };
  const cancelled = after(start, { type: "execution_error", error: "Stopped.", code: "cancelled" });
  expect([cancelled.status, cancelled.steps.get(askKey)?.status]).toEqual(["stopped", "cancelled"]);
  const lost = endTestRun(after(start), "lost", { error: "It broke off." });
  expect([lost.status, lost.error, lost.steps.get(askKey)?.status]).toEqual([
    "lost",
    "It broke off.",
    "cancelled",
  ]);
});

it("events of steps without ids are matched by the ids generated for the request", () => {
  const { id: _, ...nameless } = buildStep("nameless");
  const conditional = { ...route, config: { trueSteps: [nameless, nameless], falseSteps: [] } };
  const draft = buildDocument(conditional);
  const [, first, second] = [...getLocationsOfAllSteps(draft).values()].map(({ node }) => node) as [
    StepNode,
    StepNode,
    StepNode,
  ];
  const id = getStepRunId(draft, second);
  const events = [
    { type: "step_start", id },
    { type: "text_start", id: "t1", stepId: id },
    { type: "text_delta", id: "t1", delta: "Hello" },
  ].map((event) => ({ ...base, ...event })) as FlowRunStreamEvent[];
  const { steps } = applyTestRunEvents(createTestRun(draft, undefined), events);
  expect(steps.get(first.key)?.status).toBe("waiting");
  expect(steps.get(second.key)).toMatchObject({ status: "running", text: "Hello" });
});

it("events with unknown step ids are matched by name, and steps without events end as skipped", () => {
  const { name } = buildStep("ask");
  const complete = { type: "step_complete", id: "their-id", name, success: true, result: { response: "Hi" } };
  const run = after({ type: "step_start", id: "their-id", name }, complete, {
    type: "execution_complete",
    success: true,
  });
  expect(run.steps.get(askKey)).toMatchObject({ status: "completed" });
  expect(run.steps.get(routeKey)).toMatchObject({ status: "skipped" });
  expect(run.steps.get(innerKey)?.skip).not.toHaveProperty("reason");
});
