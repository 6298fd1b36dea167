import { afterEach, beforeEach, expect, it } from "vitest";
import { buildFlow } from "#core/flow-builder.ts";
import { errorBody } from "#contract/error-body.ts";
import { badFlows } from "#server/testing/bad-requests.ts";
import { badRunRequests } from "#server/testing/bad-run-requests.ts";
import { createPlainRunner } from "#server/testing/plain-runner.ts";
import { setStep } from "#server/testing/run-data.ts";
import { type TestApp, startTestApp } from "#server/testing/test-app.ts";
import { describeStores } from "#server/testing/test-stores.ts";

/** `npm run bench:fuzz` asks for 10,000, and for others every time. */
const REQUESTS = Number(process.env["FUZZ_REQUESTS"] ?? 500);
const SEED = process.env["FUZZ_REQUESTS"] === undefined ? 20_261_125 : Date.now();
const timeout = 60_000 + REQUESTS * 60;

describeStores("bad input about runs", (store) => {
  let app: TestApp;
  beforeEach(async () => {
    app = await startTestApp(store(), { runner: createPlainRunner() });
  });
  afterEach(() => app.close());

  it(`is refused ${REQUESTS} times (seed ${SEED}) without a 500 and without a run`, { timeout }, async () => {
    const { id } = await app.create(buildFlow("Safe", [setStep("a", 1)]));
    for (const request of badRunRequests({ count: REQUESTS, seed: SEED, flowId: id })) {
      const answer = await app.call(request.method, request.path, request.options);
      const { body, text } = request.options;
      const seen = `${request.method} ${request.path} ${(text ?? JSON.stringify(body))?.slice(0, 300)} → ${answer.status} ${answer.text.slice(0, 300)}`;
      expect(answer.status, seen).toBeGreaterThanOrEqual(400);
      expect(answer.status, seen).toBeLessThan(500);
      expect(errorBody.safeParse(answer.json).success, seen).toBe(true);
    }
    expect((await app.call("GET", "/v1/batch/summary")).json).toMatchObject({
      activeBatches: 0,
      recentlyCompleted: 0,
    });
    expect((await app.call("GET", `/v1/flows/${id}/step-results`)).json.data).toEqual([]);
  });

  it(
    `runs, or refuses, ${REQUESTS} flows that are hardly any (seed ${SEED}) without a 500`,
    { timeout },
    async () => {
      for (const { body, text } of badFlows({ count: REQUESTS, seed: SEED })) {
        const flow = (text ?? JSON.stringify(body)).replace('"flowSteps":', '"steps":');
        const answer = await app.call("POST", "/v1/dispatch", { text: `{"flow":${flow}}` });
        const seen = `${flow.slice(0, 2000)} → ${answer.status} ${answer.text.slice(0, 300)}`;
        expect([200, 400, 404, 413, 422], seen).toContain(answer.status);
      }
    },
  );
});
