import { expect, it } from "vitest";
import { runEndpoints } from "#contract/run-endpoints.ts";
import { STARTS_RUN, readQuotaHeaders } from "./usage-queries.ts";

it("quota headers are read from every response, but Retry-After only from a rejected request", () => {
  const headers = new Headers({
    "x-quota-remaining": "4",
    "ratelimit-remaining": "-1",
    "x-quota-warning": "80% used",
    "retry-after": "60",
  });
  expect(readQuotaHeaders(headers, 200, 1000)).toEqual({ quotaRemaining: 4, warning: "80% used" });
  expect(readQuotaHeaders(headers, 429, 1000)).toMatchObject({ retryAt: 61_000 });
  expect(readQuotaHeaders(new Headers({ "retry-after": "soon" }), 429)).toEqual({});
});

it("the usage is read again after each request that starts a run", () => {
  const { runOnRecordType, startBatch, retryBatch, dispatch, getBatch, listStepResults } = runEndpoints;
  for (const { path } of [runOnRecordType, startBatch, retryBatch, dispatch])
    for (const query of ["", "?flowId=flow_1"])
      expect(STARTS_RUN.test(`http://localhost${path}${query}`), path).toBe(true);
  for (const { path } of [getBatch, listStepResults]) expect(STARTS_RUN.test(path), path).toBe(false);
});
