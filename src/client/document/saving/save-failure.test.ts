import { expect, it } from "vitest";
import { parseFlowDocument } from "#core/document/flow-document.ts";
import { ApiError } from "#client/data/api/api-error.ts";
import { toSaveFailure } from "./save-failure.ts";

const document = parseFlowDocument({ name: "Digest", flowSteps: [] });
const slow = "api.example.com did not respond within 60 s.";

it.each([
  [
    504,
    new ApiError(504, `${slow} The request may have been processed. Check before you retry.`, {
      details: [{ message: slow, code: "UPSTREAM_TIMEOUT" }],
    }),
    { type: "busy", message: slow, isUnconfirmed: true },
  ],
  [500, new ApiError(500, "Oops"), { type: "busy", message: "Server error (500).", isUnconfirmed: true }],
  [
    200,
    new ApiError(200, "api.example.com sent an incomplete answer."),
    { type: "error", message: "api.example.com sent an incomplete answer.", isUnconfirmed: true },
  ],
  [
    429,
    new ApiError(429, "Hourly limit reached", { retryAfter: 600 }),
    { type: "busy", message: "Hourly limit reached.", isUnconfirmed: false },
  ],
  [
    500,
    new ApiError(500, "Oops", { isRead: true }),
    { type: "busy", message: "Server error (500).", isUnconfirmed: false },
  ],
])("a save that ended with status %i says whether it is unconfirmed, and no advice", (_, error, failure) => {
  expect(toSaveFailure(error, document)).toMatchObject(failure);
});
