import { afterEach, beforeEach, expect, it } from "vitest";
import { buildFlow } from "#core/testing/flow-builder.ts";
import { errorBodySchema } from "#contract/error-body.ts";
import { generateInvalidFlowRequests } from "#server/testing/bad-requests.ts";
import { generateInvalidRunRequests } from "#server/testing/bad-run-requests.ts";
import { EventLoopBlockMonitor } from "#server/testing/loop-probe.ts";
import { createFakeFlowRunner } from "#server/testing/plain-runner.ts";
import { createSetVariableStep } from "#server/testing/run-data.ts";
import { type TestApp, startTestApp } from "#server/testing/test-app.ts";
import { describeSuiteForEitherStore } from "#server/testing/test-stores.ts";

const REQUESTS = Number(process.env["FUZZ_REQUESTS"] ?? (process.env["FULL_RUN"] === undefined ? 100 : 500));
const SEED = process.env["FUZZ_REQUESTS"] === undefined ? 20_261_125 : Date.now();
const timeout = 60_000 + REQUESTS * 60;

describeSuiteForEitherStore("bad input about runs", (store) => {
  let app: TestApp;
  beforeEach(async () => {
    app = await startTestApp(store(), { runner: createFakeFlowRunner() });
  });
  afterEach(() => app.close());

  it(
    `is refused with a 4xx status in ${REQUESTS} requests (seed ${SEED}), and starts no run`,
    { timeout },
    async () => {
      const { id } = await app.create(buildFlow("Safe", [createSetVariableStep("a", 1)]));
      const probe = new EventLoopBlockMonitor();
      for (const request of generateInvalidRunRequests({ count: REQUESTS, seed: SEED, flowId: id })) {
        const answer = await app.call(request.method, request.path, request.options);
        const { body, text } = request.options;
        const seen = `${request.method} ${request.path} ${(text ?? JSON.stringify(body))?.slice(0, 300)} → ${answer.status} ${answer.text.slice(0, 300)}`;
        probe.note(seen);
        expect(answer.status, seen).toBeGreaterThanOrEqual(400);
        expect(answer.status, seen).toBeLessThan(500);
        expect(errorBodySchema.safeParse(answer.json).success, seen).toBe(true);
      }
      probe.stop("bad runs");
      expect((await app.call("GET", "/v1/batch/summary")).json).toMatchObject({
        activeBatches: 0,
        recentlyCompleted: 0,
      });
      expect((await app.call("GET", `/v1/flows/${id}/step-results`)).json.data).toEqual([]);
    },
  );

  it(`causes no 500 in ${REQUESTS} malformed flows (seed ${SEED})`, { timeout }, async () => {
    const probe = new EventLoopBlockMonitor();
    for (const { body, text } of generateInvalidFlowRequests({ count: REQUESTS, seed: SEED })) {
      const flow = (text ?? JSON.stringify(body)).replace('"flowSteps":', '"steps":');
      const answer = await app.call("POST", "/v1/dispatch", { text: `{"flow":${flow}}` });
      const seen = `${flow.slice(0, 2000)} → ${answer.status} ${answer.text.slice(0, 300)}`;
      probe.note(seen);
      expect([200, 400, 404, 413, 422], seen).toContain(answer.status);
    }
    probe.stop("malformed flows to run");
  });
});
