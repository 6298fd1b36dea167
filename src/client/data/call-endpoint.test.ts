import { afterEach, expect, test, vi } from "vitest";
import { toApiError } from "./call-endpoint.ts";

afterEach(() => void vi.useRealTimers());

test.each([
  ["20", 20],
  ["Thu, 01 Jan 2026 00:01:30 GMT", 90],
  ["Wed, 31 Dec 2025 00:00:00 GMT", 0],
  ["", undefined],
  ["soon", undefined],
])("Retry-After: %s is so many seconds", (text, seconds) => {
  vi.useFakeTimers({ now: new Date("2026-01-01T00:00:00.000Z") });
  expect(toApiError(503, new Headers({ "retry-after": text }), undefined).retryAfter).toBe(seconds);
});
