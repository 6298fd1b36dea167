import { InMemorySpanExporter, SimpleSpanProcessor } from "@opentelemetry/sdk-trace-node";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import type { Store } from "#server/store/store.ts";
import { startUnlimitedRunMemory } from "#server/testing/unlimited-run-memory.ts";
import { openTestStore } from "#server/testing/open-test-store.ts";
import { createFakeFlowRunner } from "#server/testing/plain-runner.ts";
import { startTestApp } from "#server/testing/test-app.ts";
import { observeFlowRuns } from "#server/runs/observe-runs.ts";
import { ServerMetrics } from "./server-metrics.ts";
import { type Tracing, openTracing, registerTracing } from "./tracing.ts";

const spans = new InMemorySpanExporter();
let tracing: Tracing;
let store: Store;

beforeAll(async () => {
  tracing = await registerTracing(new SimpleSpanProcessor(spans), {}, "1.0.0");
  store = await openTestStore();
});

beforeEach(() => spans.reset());

afterAll(async () => {
  await store.close();
  await tracing.close();
});

const STEPS = [
  { id: "a", type: "set-variable", name: "Set", config: { variableName: "x", value: "geheim" } },
  { id: "b", type: "own-type", name: "Unknown", config: {} },
  { id: "c", type: "set-variable", name: "Never", config: { variableName: "y", value: "1" } },
];

it("a request, its run and the steps of the run are counted, and are spans of one trace", async () => {
  const metrics = new ServerMetrics();
  const runner = observeFlowRuns(createFakeFlowRunner(), { metrics, hasErrorTexts: false });
  const app = await startTestApp(store, { runner });
  const traceId = "0af7651916cd43dd8448eb211c80319c";
  const answer = await app.call("POST", "/v1/dispatch", {
    headers: { traceparent: `00-${traceId}-b7ad6b7169203331-01` },
    body: { flow: { name: "Traced", steps: STEPS }, inputs: { word: "geheim" } },
  });
  expect(answer.json).toMatchObject({ success: false });
  const done = spans.getFinishedSpans();
  expect(done.map(({ name }) => name)).toEqual([
    "set-variable Set",
    "own-type Unknown",
    "run Traced",
    "POST /v1/dispatch",
  ]);
  expect(new Set(done.map((span) => span.spanContext().traceId))).toEqual(new Set([traceId]));
  const [set, unknown, run, request] = done;
  expect(set?.parentSpanContext?.spanId).toBe(run?.spanContext().spanId);
  expect(run?.parentSpanContext?.spanId).toBe(request?.spanContext().spanId);
  expect([unknown?.status, unknown?.attributes["error.type"]]).toEqual([{ code: 2 }, "STEP_FAILED"]);
  expect(run?.attributes).toMatchObject({ "flowline.run.status": "failed" });
  expect(request?.attributes).toMatchObject({
    "http.route": "/v1/dispatch",
    "http.response.status_code": 200,
    "flowline.request.id": answer.headers.get("x-request-id"),
  });
  expect(
    JSON.stringify(done.map(({ name, attributes, status }) => [name, attributes, status])),
  ).not.toContain("geheim");
  const text = await metrics.render();
  expect(text).toContain('flowline_runs_total{status="failed"} 1');
  expect(text).toContain('flowline_step_duration_seconds_count{type="set-variable",status="completed"} 1');
  expect(text).toContain('flowline_step_duration_seconds_count{type="other",status="failed"} 1');
  await app.close();
});

const STEP = { id: "a", name: "a", type: "set-variable", position: 0, depth: 0, outputVariable: undefined };
const PLAN = { executionId: "exec_1", flow: { id: null, name: "Resumed" }, steps: [], record: undefined };

const startOptions = async () => ({
  signal: new AbortController().signal,
  memory: await startUnlimitedRunMemory(),
  onEvent: () => undefined,
});

it("a step that an earlier attempt of the run finished is not counted again", async () => {
  const metrics = new ServerMetrics();
  const outcome = { status: "completed", startedAt: 1, completedAt: 2 } as const;
  const fake = createFakeFlowRunner();
  const runner = observeFlowRuns(
    {
      ...fake,
      run: async (plan, options) => {
        await options.onEvent({ type: "step-end", step: STEP, outcome });
        await options.onEvent({ type: "step-start", step: { ...STEP, position: 1 }, startedAt: 3 });
        await options.onEvent({ type: "step-end", step: { ...STEP, position: 1 }, outcome });
        return fake.run(plan, options);
      },
    },
    { metrics, hasErrorTexts: false },
  );
  await runner.run(PLAN as never, await startOptions());
  const count = 'flowline_step_duration_seconds_count{type="set-variable",status="completed"} 1';
  expect(await metrics.render()).toContain(count);
});

it.each([
  [false, undefined],
  [true, "The host answered: Ann Meyer, ann@example.com"],
])(
  "spans have codes of errors, and their texts only if the setting is on: %s",
  async (hasErrorTexts, message) => {
    const error = "The host answered: Ann Meyer, ann@example.com";
    const outcome = { status: "failed", error, errorCode: "HTTP_503", startedAt: 1, completedAt: 2 } as const;
    const counts = { successfulSteps: 0, failedSteps: 1, promptsExecuted: 0, contextSteps: 1 };
    const runner = observeFlowRuns(
      {
        close: () => Promise.resolve(),
        run: async (_plan, { onEvent }) => {
          await onEvent({ type: "step-start", step: STEP, startedAt: 1 });
          await onEvent({ type: "step-end", step: STEP, outcome });
          return { ...counts, status: "failed", error, startedAt: 1, completedAt: 2 };
        },
      },
      { metrics: new ServerMetrics(), hasErrorTexts },
    );
    await runner.run(PLAN as never, await startOptions());
    const done = spans.getFinishedSpans();
    const status = { code: 2, ...(message !== undefined && { message }) };
    expect(done.map((span) => [span.attributes["error.type"], span.status])).toEqual([
      ["HTTP_503", status],
      ["HTTP_503", status],
    ]);
    const text = JSON.stringify(
      done.map(({ name, attributes, status, events }) => [name, attributes, status, events]),
    );
    expect(text.includes("ann@example.com")).toBe(hasErrorTexts);
  },
);

it("without a collector, tracing is off", async () => {
  expect(await openTracing({}, "1.0.0")).toBeUndefined();
  const off = { OTEL_EXPORTER_OTLP_ENDPOINT: "http://localhost:1", OTEL_SDK_DISABLED: "true" };
  expect(await openTracing(off, "1.0.0")).toBeUndefined();
});
