import { expect, it } from "vitest";
import { ALERT_CONDITIONS, type AlertCondition } from "#contract/alert-kinds.ts";
import { decideAlert, getRetrySeconds, hasRunFailed } from "./decide-alert.ts";

it.each<[readonly AlertCondition[], string, AlertCondition | undefined]>([
  [["fails"], "completed → failed", "fails"],
  [["fails"], "failed → failed", "failsAgain"],
  [["fails"], "failed → completed", undefined],
  [["failsAgain"], "completed → failed", undefined],
  [["failsAgain"], "failed → failed", "failsAgain"],
  [["recovers"], "failed → completed", "recovers"],
  [["recovers"], "completed → completed", undefined],
  [["recovers"], "completed → failed", undefined],
  [ALERT_CONDITIONS, "failed → failed", "failsAgain"],
  [[], "failed → failed", undefined],
])("a rule for %j takes runs %s as %s", (conditions, runs, expected) => {
  const [before, after] = runs.split(" → ");
  const transition = { hadFailed: before === "failed", hasFailed: after === "failed" };
  expect(decideAlert(conditions, transition)).toBe(expected);
});

it("a run with some failed records counts as failed, and a cancelled one neither as failed nor as completed", () => {
  expect(hasRunFailed({ status: "completed", failedRecords: 1 })).toBe(true);
  expect(hasRunFailed({ status: "completed", failedRecords: null })).toBe(false);
  expect(hasRunFailed({ status: "failed", failedRecords: null })).toBe(true);
  expect(hasRunFailed({ status: "cancelled", failedRecords: 2 })).toBeUndefined();
});

it("attempts at an alert wait longer and longer, for about a day in all", () => {
  const waits: number[] = [];
  for (let seconds = getRetrySeconds(1); seconds !== undefined; seconds = getRetrySeconds(waits.length + 1))
    waits.push(seconds);
  expect(waits).toEqual(waits.toSorted((a, b) => a - b));
  expect(waits[0]).toBe(60);
  const hours = waits.reduce((sum, seconds) => sum + seconds, 0) / 3600;
  expect(Math.round(hours)).toBe(22);
});
