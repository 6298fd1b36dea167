import { expect, it } from "vitest";
import { buildFlow, buildStep } from "#core/flow-builder.ts";
import { type StepKey, parseFlow } from "#core/flow-document.ts";
import type { JsonObject } from "#core/json.ts";
import type { DispatchEvent } from "#client/data/dispatch.ts";
import { endTrialRun, hearEvents, startTrialRun } from "./trial-run.ts";

const inner = buildStep("inner");
const route = { ...buildStep("route"), type: "conditional", config: { trueSteps: [inner], falseSteps: [] } };
const document = parseFlow(buildFlow("Digest", [buildStep("ask"), route]));
const [askKey, routeKey, innerKey] = [buildStep("ask"), route, inner].map(
  (step: JsonObject) => step["id"] as StepKey,
) as [StepKey, StepKey, StepKey];
const base = { executionId: "exec_1", seq: 1 };
const hear = (...events: object[]) =>
  hearEvents(
    startTrialRun(document, undefined),
    events.map((event) => ({ ...base, ...event })) as DispatchEvent[],
  );

it("begins with every step waiting, those in branches too", () => {
  const { steps, status } = startTrialRun(document, undefined);
  expect([...steps.keys()]).toEqual([askKey, routeKey, innerKey]);
  expect([...steps.values()].map((step) => step.status)).toEqual(["waiting", "waiting", "waiting"]);
  expect(status).toBe("running");
});

it("gathers what a model says by the step that says it, and takes its answer out of the result", () => {
  const said = [
    { type: "step_start", id: askKey, startedAt: "2026-01-01T00:00:00.000Z" },
    { type: "text_start", id: "t1", stepId: askKey },
    { type: "text_delta", id: "t1", delta: "Hel" },
    { type: "text_delta", id: "t1", delta: "lo" },
    { type: "text_delta", id: "unknown", delta: "nobody’s" },
  ];
  const running = hear(...said).steps.get(askKey);
  expect(running).toMatchObject({ status: "running", text: "Hello" });
  const end = {
    type: "step_complete",
    id: askKey,
    stepType: "prompt",
    success: true,
    result: { response: "Hello" },
  };
  expect(hear(...said, end).steps.get(askKey)).toMatchObject({ status: "completed", output: "Hello" });
  const other = { ...end, stepType: "transform-data" };
  expect(hear(other).steps.get(askKey)?.output).toEqual({ response: "Hello" });
});

it("tells a step that failed from one that was left out", () => {
  const { steps, status, error } = hear(
    { type: "step_complete", id: askKey, success: false, error: "No model." },
    { type: "step_skip", id: routeKey, reason: "failed" },
    { type: "step_skip", id: "another flow’s" },
    { type: "execution_error", error: "Ask: No model.", code: "step_failed", durationMs: 12 },
  );
  expect(steps.get(askKey)).toMatchObject({ status: "failed", end: { error: "No model." } });
  expect(steps.get(routeKey)).toMatchObject({ status: "skipped", skip: { reason: "failed" } });
  expect(steps.size).toBe(3);
  expect([status, error]).toEqual(["failed", "Ask: No model."]);
});

it("leaves no step running once the run is over, however it ended", () => {
  const start = { type: "step_start", id: askKey };
  const cancelled = hear(start, { type: "execution_error", error: "Stopped.", code: "cancelled" });
  expect([cancelled.status, cancelled.steps.get(askKey)?.status]).toEqual(["stopped", "cancelled"]);
  const lost = endTrialRun(hear(start), "lost", "It broke off.");
  expect([lost.status, lost.error, lost.steps.get(askKey)?.status]).toEqual([
    "lost",
    "It broke off.",
    "cancelled",
  ]);
});

it("changes nothing of the run that it was given", () => {
  const before = startTrialRun(document, undefined);
  hearEvents(before, [{ ...base, type: "step_start", id: askKey }]);
  expect(before.steps.get(askKey)?.status).toBe("waiting");
});
