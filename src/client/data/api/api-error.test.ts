import { expect, it } from "vitest";
import {
  ApiError,
  NetworkError,
  isRetryableError,
  describeRequestErrorForUser,
  getUpgradeUrlFromApiError,
  findMissingScope,
  isUnconfirmedWrite,
} from "./api-error.ts";
import { describeRunRequestError } from "./describe-run-error.ts";

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
  "an error about a plan limit, a scope or a conflict with status %i shows the reason from the response, and no Retry button",
  (status, extra, message, text) => {
    const error = new ApiError(status, message, extra);
    expect(describeRequestErrorForUser(error)).toBe(text);
    expect(describeRequestErrorForUser(error)).not.toMatch(/try again|retry/i);
    expect(isRetryableError(error)).toBe(false);
  },
);

it("a retry is offered if the server failed, is busy or is unreachable", () => {
  for (const status of [408, 429, 500, 503]) expect(isRetryableError(new ApiError(status, ""))).toBe(true);
  expect(isRetryableError(new NetworkError(""))).toBe(true);
});

it("a read is retryable unless its request is wrong or its subject is missing", () => {
  for (const status of [200, 402, 403, 409, 429, 500])
    expect(isRetryableError(new ApiError(status, "", { isRead: true }))).toBe(true);
  for (const status of [400, 404])
    expect(isRetryableError(new ApiError(status, "", { isRead: true }))).toBe(false);
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
  const message = "api.example.com did not respond within 60 s.";
  const describeAnswer = (code: string, isRead: boolean) =>
    describeRequestErrorForUser(
      new ApiError(504, `${message} And so on.`, { details: [{ message, code }], isRead }),
    );
  for (const code of ["UPSTREAM_UNREACHABLE", "UPSTREAM_TIMEOUT"]) {
    expect(describeAnswer(code, true)).toBe(message);
    expect(describeAnswer(code, false)).toBe(
      `${message} The request may have been processed. Check before you retry.`,
    );
  }
  expect(describeAnswer("x", true)).toBe("Server error (504). Retry in a moment.");
});

it("an error of the server says that a write may have been processed, and of a read when the next try is", () => {
  const about = { requestId: "req_1" };
  expect(describeRequestErrorForUser(new ApiError(500, "", about))).toBe(
    "Server error (500). The request may have been processed. Check before you retry. Request ID: req_1.",
  );
  const read = new ApiError(503, "", { ...about, isRead: true, retryAfter: 5 });
  expect(describeRequestErrorForUser(read)).toBe(
    "Server error (503). Retry in 5 seconds. Request ID: req_1.",
  );
  read.isRepeatedByPage = true;
  expect(describeRequestErrorForUser(read)).toBe(
    "Server error (503). Next try in 5 seconds. Request ID: req_1.",
  );
});

it("a request that the server refused before it did anything is not reported as possibly processed", () => {
  const message = "The server is busy with large runs. Retry in a moment.";
  const refusal = new ApiError(503, message, { details: [{ message, code: "SERVER_BUSY" }], retryAfter: 5 });
  expect(describeRequestErrorForUser(refusal)).toBe(message);
  expect(describeRunRequestError(refusal)).toBe(message);
  expect(isUnconfirmedWrite(refusal)).toBe(false);
  expect(isUnconfirmedWrite(new ApiError(503, message))).toBe(true);
});

it("a refusal for a missing scope of the user's key says what the key can't do", () => {
  const message = "This key lacks the scope DISPATCH:EXECUTE.";
  const refusal = new ApiError(403, message, { details: [{ message, code: "MISSING_SCOPE" }] });
  expect(findMissingScope(refusal)).toBe("DISPATCH:EXECUTE");
  expect(describeRequestErrorForUser(refusal)).toBe("Your key can’t run tests. It needs DISPATCH:EXECUTE.");
  expect(findMissingScope(new ApiError(403, message))).toBeUndefined();
});
