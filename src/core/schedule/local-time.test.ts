import * as fc from "fast-check";
import { expect, it } from "vitest";
import { fromLocalTime, toLocalTime } from "./local-time.ts";

it.each([
  ["2026-12-05T09:00", "Europe/Berlin", "2026-12-05T08:00"],
  ["2026-07-05T09:00", "Europe/Berlin", "2026-07-05T07:00"],
  ["2026-12-05T09:00", "UTC", "2026-12-05T09:00"],
  ["2026-12-05T09:00", "Asia/Kathmandu", "2026-12-05T03:15"],
  ["2026-12-05T22:00", "America/St_Johns", "2026-12-06T01:30"],
  // Skipped: 02:30 does not exist.
  ["2026-03-29T02:30", "Europe/Berlin", "2026-03-29T01:30"],
  // Repeated: 02:30 in summer time comes first.
  ["2026-10-25T02:30", "Europe/Berlin", "2026-10-25T00:30"],
])("%s in %s is %s in UTC", (local, timezone, utc) => {
  expect(fromLocalTime(local, timezone)?.toISOString()).toBe(`${utc}:00.000Z`);
});

it.each(["", "2026-12-05", "2026-13-05T09:00", "tomorrow"])("“%s” is no time", (text) => {
  expect(fromLocalTime(text, "Europe/Berlin")).toBeUndefined();
});

it("a time that a clock shows is shown again after the conversion", () => {
  const minutes = fc.date({ min: new Date("2020-01-01"), max: new Date("2030-01-01"), noInvalidDate: true });
  const zone = fc.constantFrom("Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Pacific/Apia");
  fc.assert(
    fc.property(minutes, zone, (time, timezone) => {
      const local = toLocalTime(time, timezone);
      expect(toLocalTime(fromLocalTime(local, timezone) ?? time, timezone)).toBe(local);
    }),
  );
});
