import { expect, it } from "vitest";
import { readQuotaHeaders } from "./usage-queries.ts";

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
