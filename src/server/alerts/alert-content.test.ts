import { expect, it } from "vitest";
import { type AlertContent, formatAlertTitle, listAlertSentences } from "./alert-content.ts";

const flow = { id: "flow_1", name: "Daily\ndigest" };
const run = {
  id: "batch_1",
  status: "failed",
  totalRecords: 3,
  failedRecords: 2,
  firstError: "“Get”: no answer",
};

it("the title of an alert is one line that names the flow and what happened", () => {
  const title = (kind: Parameters<typeof formatAlertTitle>[0], content: Partial<AlertContent> = {}) =>
    formatAlertTitle(kind, { flow, ...content });
  expect(title("fails")).toBe("“Daily digest” failed");
  expect(title("failsAgain")).toBe("“Daily digest” failed again");
  expect(title("recovers")).toBe("“Daily digest” recovered");
  expect(title("summary", { failedRuns: 5, recoveredRuns: 1 })).toBe(
    "“Daily digest”: 5 more runs failed, recovered once",
  );
  expect(title("notRun", { notRunMinutes: 24 * 60, flowsWithoutRunCount: 1 })).toBe(
    "“Daily digest” has not run for 24 hours",
  );
  expect(title("notRun", { flow: null, notRunMinutes: 3 * 24 * 60, flowsWithoutRunCount: 12 })).toBe(
    "12 flows have not run for 3 days",
  );
  expect(title("test", { flow: null })).toBe("Test alert for all flows");
});

it("an alert says how many records failed, with the first failure", () => {
  expect(listAlertSentences("fails", { flow, run })).toEqual([
    "2 of 3 records failed.",
    "First failure: “Get”: no answer.",
  ]);
  expect(listAlertSentences("fails", { flow, run: { ...run, totalRecords: 1, failedRecords: 1 } })).toEqual([
    "First failure: “Get”: no answer.",
  ]);
});

it("an alert about missing runs lists some flows with their last run, and counts the others", () => {
  const flowsWithoutRun = [
    { id: "flow_1", name: "A", lastRunAt: "2026-03-01T09:00:00.000Z" },
    { id: "flow_2", name: "B", lastRunAt: null },
  ];
  const content = { flow: null, notRunMinutes: 60, flowsWithoutRun, flowsWithoutRunCount: 14 };
  expect(listAlertSentences("notRun", content)).toEqual([
    "A: last run 2026-03-01 09:00 UTC",
    "B: never ran",
    "and 12 more flows",
  ]);
});
