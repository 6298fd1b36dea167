import { describe, expect, it } from "vitest";
import {
  ApiError,
  NetworkError,
  isRetryableError,
  describeRequestErrorForUser,
  getUpgradeUrlFromApiError,
} from "./api-error.ts";

describe("an error about a plan limit, a scope or a conflict", () => {
  it.each([
    [402, {}, "Batches are not part of your plan.", "Batches are not part of your plan."],
    [409, {}, "A run of this flow is under way", "A run of this flow is under way."],
    [
      403,
      {},
      "This key lacks FLOWS:WRITE.",
      "This key lacks FLOWS:WRITE. Sign in with a key that has the required scope.",
    ],
    [403, { isServerKeyRefused: true }, "Forbidden", "Forbidden. Check the scopes of this server’s API key."],
  ])(
    "with status %i shows the reason from the response, and no Retry button",
    (status, extra, message, text) => {
      const error = new ApiError(status, message, extra);
      expect(describeRequestErrorForUser(error)).toBe(text);
      expect(describeRequestErrorForUser(error)).not.toMatch(/try again|retry/i);
      expect(isRetryableError(error)).toBe(false);
    },
  );
});

it("a retry is offered if the server failed, is busy or is unreachable", () => {
  for (const status of [408, 429, 500, 503]) expect(isRetryableError(new ApiError(status, ""))).toBe(true);
  expect(isRetryableError(new NetworkError(""))).toBe(true);
});

it("the upgrade URL is read from the response only if it is an absolute https URL", () => {
  const urlOf = (upgradeUrl: unknown) =>
    getUpgradeUrlFromApiError(new ApiError(402, "", { body: { error: "", upgradeUrl } }));
  expect(urlOf("https://example.com/plans")).toBe("https://example.com/plans");
  for (const other of ["javascript:alert(1)", "/plans", "http://example.com", "https://", 7, null, undefined])
    expect(urlOf(other)).toBeUndefined();
  expect(getUpgradeUrlFromApiError(new Error("no answer"))).toBeUndefined();
});

it("in cloud mode, an error names the upstream API that does not respond", () => {
  const message =
    "api.example.com did not respond within 60 s. It may have done what was asked all the same.";
  for (const [status, code] of [
    [502, "UPSTREAM_UNREACHABLE"],
    [504, "UPSTREAM_TIMEOUT"],
  ] as const)
    expect(describeRequestErrorForUser(new ApiError(status, message, { details: [{ message, code }] }))).toBe(
      message,
    );
  expect(describeRequestErrorForUser(new ApiError(504, "x", { details: [{ message: "x" }] }))).toContain(
    "504",
  );
});
