import type { ServerResponse } from "node:http";
import { afterAll, beforeAll, expect, it } from "vitest";
import { startModelServer, streamModelResponse } from "#server/testing/model-server.ts";
import { createFlowRunHarness } from "#server/testing/run-harness.ts";
import { createSampleScriptStep, createSampleStep } from "#server/testing/sample-steps.ts";

const RUNS = 150;
const THREADS = 2;

const held: ServerResponse[] = [];
let server: Awaited<ReturnType<typeof startModelServer>>;
let harness: ReturnType<typeof createFlowRunHarness>;
beforeAll(async () => {
  server = await startModelServer((_, response) => void held.push(response));
  harness = createFlowRunHarness({ modelUrl: server.url, scriptThreads: THREADS });
});
afterAll(async () => {
  await harness.runner.close();
  server.close();
});

const answerAll = () => {
  for (const response of held.splice(0)) streamModelResponse(response, ["4"]);
};

it("runs that wait for a model occupy no thread, and scripts of many runs share the threads", async () => {
  const steps = [
    createSampleStep("ask", "prompt", { model: "m", userPrompt: "2 + 2?", outputVariable: "ask" }),
    createSampleScriptStep("double", "return Number(ask) * 2"),
  ];
  let maxThreads = 0;
  const usage = () => harness.runner.getThreadUsage?.() ?? { idle: 0, busy: 0, waiting: 0 };
  const onEvent = () => {
    maxThreads = Math.max(maxThreads, usage().idle + usage().busy);
  };
  const running = Array.from({ length: RUNS }, () => harness.run(steps, {}, { onEvent }));
  // All runs wait for the model at once, so none of them blocks another.
  await expect.poll(() => held.length, { timeout: 60_000 }).toBe(RUNS);
  expect(usage()).toEqual({ idle: 0, busy: 0, waiting: 0 });
  expect((await harness.run([createSampleScriptStep("own", "return 1 + 1")])).of("own").output).toBe(2);
  answerAll();
  const ended = await Promise.all(running);
  expect(new Set(ended.map((run) => run.of("double").output))).toEqual(new Set([8]));
  expect(maxThreads).toBe(THREADS);
  expect(usage()).toEqual({ idle: THREADS, busy: 0, waiting: 0 });
});

it("scripts that occupy all threads do not delay a run that waits for a model", async () => {
  const stop = new AbortController();
  const endless = Array.from({ length: THREADS }, () =>
    harness.run([createSampleScriptStep("loop", "for (;;) {}")], {}, { signal: stop.signal }),
  );
  const asking = harness.run([createSampleStep("ask", "prompt", { model: "m", userPrompt: "2 + 2?" })]);
  await expect.poll(() => held.length, { timeout: 60_000 }).toBe(1);
  expect(harness.runner.getThreadUsage?.()).toMatchObject({ busy: THREADS });
  answerAll();
  expect((await asking).outcome.status).toBe("completed");
  stop.abort();
  for (const run of endless) expect((await run).outcome.status).toBe("cancelled");
});
