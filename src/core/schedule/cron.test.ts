import { describe, expect, it } from "vitest";
import { countDueTimes, findCronProblem, listDueTimes } from "./cron.ts";

const NOW = new Date("2026-03-01T00:00:00Z");

const times = (cron: string, timezone: string, after: string, count: number) =>
  listDueTimes(cron, timezone, new Date(after), count).map((time) => time.toISOString().slice(0, 16));

describe("findCronProblem", () => {
  it.each([
    "0 9 * * 1-5",
    "*/5 * * * *",
    "30 0 9 * * *",
    "0 9 * JAN-MAR MON,wed",
    "0 0 29 2 *",
    "0 9 L * *",
    "@daily",
    "  0 9 * * 7  ",
  ])("accepts %s", (cron) => {
    expect(findCronProblem(cron, "Europe/Berlin", NOW)).toBeUndefined();
  });

  it.each([
    ["", "five fields"],
    ["9 * * *", "five fields"],
    ["0 0 9 * * * *", "five fields"],
    ["@reboot", "five fields"],
    ["* * * * * *", "at most once a minute"],
    ["0,30 * * * * *", "at most once a minute"],
    ["0 0 30 2 *", "never runs"],
    ["0 9 31 4 *", "never runs"],
    ["61 9 * * *", "“61” is out of range. Use 0 to 59."],
    ["0 9 * * 8", "out of range"],
    ["a b c d e", "no cron value"],
    ["*/0 * * * *", "no cron expression"],
    ["H H * * *", "no fixed time"],
    ["H/5 * * * *", "no fixed time"],
  ])("refuses %j: %s", (cron, message) => {
    const problem = findCronProblem(cron, "UTC", NOW);
    expect(problem?.field).toBe("cron");
    expect(problem?.message).toContain(message);
  });

  it("refuses a time zone that does not exist", () => {
    expect(findCronProblem("0 9 * * *", "Mars/Base", NOW)).toEqual({
      field: "timezone",
      message: "There is no time zone “Mars/Base”. Use a name such as Europe/Berlin.",
    });
  });
});

describe("listDueTimes", () => {
  it("runs a skipped hour at its end, and a repeated one once", () => {
    expect(times("30 2 * * *", "Europe/Berlin", "2026-03-28T12:00:00Z", 2)).toEqual([
      "2026-03-29T01:30",
      "2026-03-30T00:30",
    ]);
    expect(times("30 2 * * *", "Europe/Berlin", "2026-10-24T12:00:00Z", 2)).toEqual([
      "2026-10-25T00:30",
      "2026-10-26T01:30",
    ]);
  });

  it("keeps the steps of an hourly schedule through both changes of the clock", () => {
    expect(times("0 * * * *", "Europe/Berlin", "2026-10-24T23:30:00Z", 4)).toEqual([
      "2026-10-25T00:00",
      "2026-10-25T01:00",
      "2026-10-25T02:00",
      "2026-10-25T03:00",
    ]);
    expect(times("0 * * * *", "Europe/Berlin", "2026-03-28T23:30:00Z", 3)).toEqual([
      "2026-03-29T00:00",
      "2026-03-29T01:00",
      "2026-03-29T02:00",
    ]);
  });

  it("finds 29 February years ahead", () => {
    expect(times("0 0 29 2 *", "UTC", "2026-03-01T00:00:00Z", 2)).toEqual([
      "2028-02-29T00:00",
      "2032-02-29T00:00",
    ]);
  });
});

describe("countDueTimes", () => {
  const count = (cron: string, after: string, before: string, max = 500) =>
    countDueTimes(cron, "Europe/Berlin", { after: new Date(after), before: new Date(before), max });

  it.each([
    ["30 2 * * *", "2026-03-28T12:00:00Z", "2026-03-30T12:00:00Z", 2],
    ["30 2 * * *", "2026-10-24T12:00:00Z", "2026-10-26T12:00:00Z", 2],
    ["0 * * * *", "2026-10-24T21:59:00Z", "2026-10-25T23:00:00Z", 25],
  ])(
    "counts the times of “%s” once through a change of the clock after %s",
    (cron, after, before, expected) => {
      expect(count(cron, after, before)).toBe(expected);
    },
  );

  it("leaves out both ends, and stops at the maximum", () => {
    expect(count("* * * * *", "2026-05-01T00:00:00Z", "2026-05-01T00:03:00Z")).toBe(2);
    expect(count("* * * * *", "2026-05-01T00:00:00Z", "2026-05-09T00:00:00Z")).toBe(500);
  });
});
