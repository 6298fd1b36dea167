import { expect, test } from "vitest";
import { describeModelServer } from "./services-section.tsx";

test("the description of each model-server state names the setting to change or the cause", () => {
  expect(describeModelServer({ state: "not-configured" }).text).toContain("MODEL_BASE_URL");
  expect(describeModelServer({ state: "reachable" })).toEqual({ tone: "good", title: "Reachable" });
  expect(describeModelServer({ state: "timed-out", durationMs: 5000 }).text).toMatch(
    /^No response within 5 s\./,
  );
  expect(describeModelServer({ state: "unauthorized", status: 401 }).text).toContain("MODEL_API_KEY");
  expect(describeModelServer({ state: "failed", status: 429 }).text).toBe(
    "The server responded with 429, too many requests. Retry later.",
  );
  expect(describeModelServer({ state: "not-an-api", status: 200 }).text).toContain("not JSON");
  expect(describeModelServer({ state: "list-too-long", status: 200 })).toMatchObject({
    tone: "warning",
    title: "Model list too long",
  });
  expect(describeModelServer({ state: "unreachable", reason: "not-found" }).title).toBe("Host not found");
  expect(describeModelServer({ state: "unreachable" }).title).toBe("Connection failed");
});
