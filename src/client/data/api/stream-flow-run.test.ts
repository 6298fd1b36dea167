import { expect, it, vi } from "vitest";
import { ApiError } from "./api-error.ts";
import { InterruptedStreamError, UnknownRunOutcomeError, streamFlowRun } from "./stream-flow-run.ts";
import type { FlowRunStreamEvent } from "./flow-run-event-reader.ts";

type Frame = readonly [name: string, data: object];

const EVENT_STREAM = { headers: { "content-type": "text/event-stream; charset=utf-8" } };

const write = (frames: readonly Frame[]) =>
  frames
    .map(([name, data]) => `event: ${name}\ndata: ${JSON.stringify({ type: name, ...data })}\n\n`)
    .join("");

async function run(answer: () => Promise<Response> | Response): Promise<readonly FlowRunStreamEvent[]> {
  vi.stubGlobal("fetch", async () => answer());
  const events: FlowRunStreamEvent[] = [];
  const options = { signal: new AbortController().signal, silenceMs: 1000 };
  for await (const event of streamFlowRun({ options: { streamResponse: true } }, options)) events.push(event);
  return events;
}

const stream = (...frames: readonly Frame[]) => run(() => new Response(write(frames), EVENT_STREAM));

it("the reader yields the events of a run, ignores unknown events, and needs no final output", async () => {
  const events = await stream(
    ["execution_start", { executionId: "exec_1", seq: 0, kind: "flow", startedAt: "now" }],
    ["insight_ready", { executionId: "exec_1", topics: ["billing"] }],
    ["ping", { executionId: "exec_1" }],
    ["step_start", { executionId: "exec_1", seq: 1, id: "ask", name: "Ask" }],
    ["text_start", { id: "t1", stepId: "ask" }],
    ["text_delta", { id: "t1", delta: "Hi" }],
    [
      "step_complete",
      { id: "ask", success: true, status: "astonished", result: { response: "Hi" }, durationMs: 7 },
    ],
    ["execution_complete", { success: true, totalCost: 0.1 }],
  );
  expect(events.map(({ type }) => type)).toEqual(
    "execution_start step_start text_start text_delta step_complete execution_complete".split(" "),
  );
  expect(events[4]).toMatchObject({ id: "ask", success: true, status: "astonished", durationMs: 7 });
  expect(events[5]).toMatchObject({ success: true, totalCost: 0.1 });
});

it("the reader accepts the older vocabulary, with texts of the running step and other names for times", async () => {
  const events = await stream(
    ["flow_start", { flowId: "flow_1", flowName: "Digest", totalSteps: 2 }],
    ["step_start", { id: "ask", index: 1, totalSteps: 2 }],
    ["step_delta", { id: "ask", text: "Hel" }],
    ["chunk", { content: "lo" }],
    ["step_complete", { id: "ask", result: { response: "Hello" }, executionTime: 12 }],
    ["step_error", { stepId: "mail", error: { code: "smtp", message: "No server" } }],
    ["flow_complete", { successfulSteps: 1, failedSteps: 1, executionTime: 20 }],
  );
  const texts = events.flatMap((event) => (event.type === "text_delta" ? [event.delta] : []));
  expect(texts).toEqual(["Hel", "lo"]);
  const blocks = events.flatMap((event) => (event.type === "text_start" ? [event.stepId] : []));
  expect(new Set(blocks)).toEqual(new Set(["ask"]));
  expect(events.filter(({ type }) => type === "step_complete")).toMatchObject([
    { id: "ask", success: true, durationMs: 12 },
    { id: "mail", success: false, error: "No server" },
  ]);
  expect(events.at(-1)).toMatchObject({ type: "execution_complete", success: false, durationMs: 20 });
});

it.each<[string, Frame, object]>([
  ["an error as text", ["execution_error", { error: "Broken" }], { error: "Broken" }],
  [
    "an error as an object",
    ["execution_error", { error: { code: "step_failed", message: "Ask failed" } }],
    { error: "Ask failed", code: "step_failed" },
  ],
  [
    "a blocked run with a link",
    ["flow_error", { error: "Plan limit", blockReason: "50 runs a day", upgradeUrl: "https://example.com" }],
    { error: "Plan limit (50 runs a day)", upgradeUrl: "https://example.com" },
  ],
  ["an error without text", ["error", {}], { error: "The run failed." }],
  ["a run that waits for a tool", ["await", { awaitReason: "local_tool" }], { code: "await" }],
])("%s ends the run", async (_name, frame, expected) => {
  const events = await stream(frame, ["execution_complete", { success: true }]);
  expect(events).toHaveLength(1);
  expect(events[0]).toMatchObject({ type: "execution_error", ...expected });
});

it("a recoverable error does not end the run", async () => {
  const events = await stream(
    ["error", { recoverable: true, error: "Retrying" }],
    ["execution_complete", { success: true }],
  );
  expect(events.map(({ type }) => type)).toEqual(["execution_complete"]);
});

it("a JSON answer instead of a stream becomes the same events", async () => {
  const steps = [
    { id: "ask", name: "Ask", stepType: "prompt", status: "completed", result: { response: "Hi" } },
    { id: "off", status: "skipped" },
    { id: "mail", status: "failed", error: "No server" },
  ];
  const answer = { success: false, executionId: "exec_1", steps, error: "Mail failed" };
  expect(await run(() => Response.json(answer))).toMatchObject([
    { type: "step_complete", id: "ask", success: true, result: { response: "Hi" } },
    { type: "step_skip", id: "off" },
    { type: "step_complete", id: "mail", success: false, error: "No server" },
    { type: "execution_error", error: "Mail failed" },
  ]);
  expect(await run(() => Response.json({ status: "completed", executionId: "exec_1" }))).toMatchObject([
    { type: "execution_complete", success: true },
  ]);
});

it.each([
  ["a web page", () => new Response("<!doctype html>", { headers: { "content-type": "text/html" } })],
  [
    "JSON that is cut off",
    () => new Response('{"success":tr', { headers: { "content-type": "application/json" } }),
  ],
  ["JSON without an outcome", () => Response.json({ executionId: "exec_1", status: "levitating" })],
  ["an empty answer", () => new Response("")],
])("the outcome of a run is unknown if the answer is %s", async (_name, answer) => {
  await expect(run(answer)).rejects.toBeInstanceOf(UnknownRunOutcomeError);
});

it("a stream that ends without an outcome counts as interrupted, also if its last event is cut off", async () => {
  const start = write([["step_start", { id: "ask" }]]);
  for (const rest of ["", 'event: execution_complete\ndata: {"succ'])
    await expect(run(() => new Response(start + rest, EVENT_STREAM))).rejects.toBeInstanceOf(
      InterruptedStreamError,
    );
});

it.each([402, 403, 422, 429])("a rejection with status %d keeps its reason", async (status) => {
  const body = { error: "Your plan has 50 runs.", upgradeUrl: "https://example.com/plans" };
  const answer = () => Response.json(body, { status, headers: { "retry-after": "3" } });
  await expect(run(answer)).rejects.toMatchObject({
    constructor: ApiError,
    status,
    message: body.error,
    body,
    retryAfter: 3,
  });
});
