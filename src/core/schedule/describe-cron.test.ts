import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { listDueTimes } from "./cron.ts";
import { describeCron, describeTrigger } from "./describe-cron.ts";
import { MINUTE_INTERVALS, type Recurrence, formatRecurrence, parseRecurrence } from "./recurrence.ts";

const time = fc
  .tuple(fc.nat(23), fc.nat(59))
  .map((parts) => parts.map((part) => String(part).padStart(2, "0")).join(":"));

const recurrence: fc.Arbitrary<Recurrence> = fc.oneof(
  fc.record({ type: fc.constant("minutes"), every: fc.constantFrom(...MINUTE_INTERVALS) }),
  fc.record({ type: fc.constant("hourly"), minute: fc.nat(59) }),
  fc.record({ type: fc.constantFrom("daily", "weekdays"), time }),
  fc.record({
    type: fc.constant("weekly"),
    time,
    days: fc.subarray([0, 1, 2, 3, 4, 5, 6], { minLength: 1 }),
  }),
  fc.record({ type: fc.constant("monthly"), time, day: fc.integer({ min: 1, max: 31 }) }),
);

describe("a recurrence of the form", () => {
  it("is found again in its cron expression, which fires", () => {
    fc.assert(
      fc.property(recurrence, (one) => {
        const cron = formatRecurrence(one);
        expect(parseRecurrence(cron)).toEqual(one);
        expect(listDueTimes(cron, "Europe/Berlin", new Date("2026-03-01T00:00:00Z"), 2)).toHaveLength(2);
      }),
    );
  });

  it("is found in other spellings of its expression", () => {
    const nine = "09:00";
    expect(parseRecurrence(" 0  9 * * mon-fri ")).toEqual({ type: "weekdays", time: nine });
    expect(parseRecurrence("0 9 * * SUN,3")).toEqual({ type: "weekly", time: nine, days: [0, 3] });
    expect(parseRecurrence("00 09 * * 7,0")).toEqual({ type: "weekly", time: nine, days: [0] });
  });

  it.each([
    "",
    "* * * *",
    "*/7 * * * *",
    "*/0 * * * *",
    "60 * * * *",
    "0 24 * * *",
    "0 9 0 * *",
    "0 9 1 * 1",
    "0 9 1 1 *",
    "0 9 * * 8",
    "0 9 * * 1-3",
    "0 9 * * ",
    "0 9-17 * * *",
    "30 0 9 * * *",
    "@daily",
  ])("is none of the offered ones for “%s”", (cron) => expect(parseRecurrence(cron)).toBeUndefined());

  it("has no valid expression without a day of the week", () => {
    const cron = formatRecurrence({ type: "weekly", time: "09:00", days: [] });
    expect(parseRecurrence(cron)).toBeUndefined();
  });
});

it.each([
  ["* * * * *", "Every minute"],
  ["*/15 * * * *", "Every 15 minutes"],
  ["5 * * * *", "Every hour at :05"],
  ["0 9 * * *", "Every day at 09:00"],
  ["30 18 * * 1-5", "Every weekday at 18:30"],
  ["0 9 * * 0,1,4", "Every Monday, Thursday and Sunday at 09:00"],
  ["0 9 * * 0,1,2,3,4,5,6", "Every day at 09:00"],
  ["0 9 1 * *", "Every month on the 1st at 09:00"],
  ["0 9 22 * *", "Every month on the 22nd at 09:00"],
  ["0 9 13 * *", "Every month on the 13th at 09:00"],
  ["*/7 9-17 * * 1-5", "Every 7 minutes, between 09:00 and 17:59, Monday through Friday"],
  ["0 13 L * *", "At 13:00, on the last day of the month"],
  ["30 0 9 * * *", "At 09:00:30"],
  ["@weekly", "At 00:00, only on Sunday"],
  ["no cron", "no cron"],
])("describes “%s” as “%s”", (cron, sentence) => expect(describeCron(cron)).toBe(sentence));

it.each([
  [{ cron: "0 9 * * 1-5", timezone: "Europe/Berlin", runAt: null }, "Every weekday at 09:00, Berlin"],
  [
    { cron: "0 9 * * *", timezone: "America/Argentina/Buenos_Aires", runAt: null },
    "Every day at 09:00, Buenos Aires",
  ],
  [{ cron: "0 9 * * *", timezone: null, runAt: null }, "Every day at 09:00, UTC"],
  [
    { cron: null, timezone: "Europe/Berlin", runAt: "2026-12-05T08:00:00Z" },
    "Once, on 5 Dec 2026 at 09:00, Berlin",
  ],
  [{ cron: null, timezone: null, runAt: "2026-12-05T08:00:00Z" }, "Once, on 5 Dec 2026 at 17:00, Tokyo"],
  [
    { cron: null, timezone: "No/Such_Zone", runAt: "2026-12-05T00:30:00Z" },
    "Once, on 5 Dec 2026 at 00:30, Such Zone",
  ],
  [{ cron: null, timezone: null, runAt: null }, "No time set"],
])("describes the trigger %j", (trigger, sentence) =>
  expect(describeTrigger(trigger, "Asia/Tokyo")).toBe(sentence),
);
