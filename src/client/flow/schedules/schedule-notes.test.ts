import { expect, it } from "vitest";
import { describePausedSchedules, describePublishedSchedules } from "./schedule-notes.tsx";

const NOW = new Date(2026, 0, 5, 8).getTime();
const at = (flowId: string, hour: number | null) => ({
  flowId,
  enabled: true,
  nextRunAt: hour === null ? null : new Date(2026, 0, 5, hour).toISOString(),
});

it.each([
  [[], 1, undefined],
  [[at("a", 9)], 1, /^Runs on 1 schedule; the next at 0?9:00( AM)? will use this version\.$/],
  [[at("a", null)], 1, /^Runs on 1 schedule\. None is due\.$/],
  [[at("a", 9)], 2, /^1 flow runs on 1 schedule; the next at .* will use the new version\.$/],
  [
    [at("a", 11), at("a", null), at("b", 9)],
    3,
    /^2 flows run on 3 schedules; the next at 0?9:00.* version\.$/,
  ],
])("published flows with the schedules %j of %i flows are described", (schedules, flows, text) => {
  const found = describePublishedSchedules(schedules, flows, NOW);
  if (text === undefined) expect(found).toBeUndefined();
  else expect(found).toMatch(text);
});

it("schedules that a publish pauses are counted, with the scopes that the key lacks", () => {
  expect(describePausedSchedules([])).toBeUndefined();
  expect(describePausedSchedules([{ missingScopes: ["RECORDS:READ"] }])).toBe(
    "Pauses 1 schedule that has scopes your key lacks (RECORDS:READ). A key with these scopes can resume it.",
  );
  expect(
    describePausedSchedules([{ missingScopes: ["RECORDS:READ"] }, { missingScopes: ["FLOWS:EXECUTE"] }]),
  ).toBe(
    "Pauses 2 schedules that have scopes your key lacks (RECORDS:READ, FLOWS:EXECUTE). A key with these scopes can resume them.",
  );
});
