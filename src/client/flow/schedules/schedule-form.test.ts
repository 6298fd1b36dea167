import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Schedule } from "#contract/schedule.ts";
import { createRecordFilterForm, readRecordFilterForm } from "./record-filter-form.ts";
import {
  type ScheduleFormValues,
  createScheduleBody,
  createScheduleChanges,
  createScheduleForm,
  findFieldOfErrorDetail,
  findScheduleFormErrors,
} from "./schedule-form.ts";

const NOW = Date.parse("2026-12-01T12:00:00Z");
const ZONE = "Europe/Berlin";

const createNew = (parts: Partial<ScheduleFormValues> = {}) => ({
  ...createScheduleForm(undefined, "flow_1", ZONE, NOW),
  ...parts,
});

const schedule = (parts: Partial<Schedule>) =>
  createScheduleForm(
    {
      flowId: "flow_1",
      name: null,
      cron: "0 9 * * *",
      timezone: ZONE,
      runAt: null,
      executionOptions: {},
      ...parts,
    } as Schedule,
    "",
    "Asia/Tokyo",
    NOW,
  );

it("a new schedule runs the flow every weekday in the browser’s time zone, without records", () => {
  expect(createScheduleBody(createNew())).toEqual({
    name: null,
    target: { flowId: "flow_1", inputs: {} },
    trigger: { type: "recurring", cron: "0 9 * * 1-5", timezone: ZONE },
  });
});

it("a one-time schedule is at the time of its zone", () => {
  const form = createNew({ isOnce: true, runAt: "2026-12-05T09:00" });
  expect(createScheduleBody(form).trigger).toEqual({
    type: "one-time",
    runAt: "2026-12-05T08:00:00.000Z",
    timezone: ZONE,
  });
  expect(schedule({ cron: null, runAt: "2026-12-05T08:00:00.000Z" }).runAt).toBe("2026-12-05T09:00");
});

describe("the errors of the form", () => {
  const find = (parts: Partial<ScheduleFormValues>) => findScheduleFormErrors(createNew(parts), NOW);

  it.each([
    [{}, []],
    [{ flowId: "" }, ["flowId"]],
    [{ cron: "0 0 31 2 *", recurrence: undefined }, ["cron"]],
    [{ timezone: "Berlin" }, ["timezone"]],
    [{ recurrence: { type: "weekly", time: "09:00", days: [] }, cron: "0 9 * *" }, ["recurrence"]],
    [{ isOnce: true, runAt: "" }, ["runAt"]],
    [{ isOnce: true, runAt: "2026-12-01T13:01", cron: "not used" }, []],
    [{ inputs: "[1]" }, ["inputs"]],
    [{ inputs: "{" }, ["inputs"]],
    [{ target: "all", inputs: "{" }, ["recordType"]],
    [{ target: "chosen", recordType: "lead" }, ["recordIds"]],
    [{ target: "filter", recordType: "lead" }, ["filter"]],
    [{ target: "all", recordType: "lead", concurrency: "51" }, []],
    [{ target: "all", recordType: "lead", concurrency: "1.5" }, ["concurrency"]],
    [{ concurrency: "1.5" }, []],
  ] as const)("of %j are at %j", (parts, fields) => expect(Object.keys(find(parts))).toEqual(fields));
});

describe("the changes of a form", () => {
  it("are nothing without an edit", () => {
    const form = schedule({ recordType: "lead", executionOptions: { recordConcurrency: 3, chunkSize: 5 } });
    expect(createScheduleChanges(form, form, {})).toEqual({});
  });

  it("are the groups that differ, with null for what was removed", () => {
    const before = schedule({ name: "Old", recordType: "lead", recordIds: ["a"] });
    const after = {
      ...before,
      name: " New ",
      target: "inputs",
      inputs: '{"a":1}',
      concurrency: "2",
    } as const;
    expect(createScheduleChanges(before, after, {})).toEqual({
      name: "New",
      target: { flowId: "flow_1", recordType: null, recordIds: null, inputs: { a: 1 } },
    });
    expect(
      createScheduleChanges(before, { ...before, timezone: "UTC", concurrency: "2" }, { chunkSize: 5 }),
    ).toEqual({
      trigger: { type: "recurring", cron: "0 9 * * *", timezone: "UTC" },
      executionOptions: { chunkSize: 5, recordConcurrency: 2 },
    });
  });
});

it("an error of the server is at the field of its path", () => {
  const find = (path: string) => findFieldOfErrorDetail({ path });
  expect(find("trigger.cron")).toBe("cron");
  expect(find("timezone")).toBe("timezone");
  expect(find("target.recordFilter.conditions.0.value")).toBe("filter");
  expect(find("executionOptions.recordConcurrency")).toBe("concurrency");
  expect(find("target.messages")).toBeUndefined();
  expect(findFieldOfErrorDetail({})).toBeUndefined();
});

describe("a record filter", () => {
  const scalar = fc.oneof(
    fc.string({ minLength: 1 }).filter((text) => text.trim() !== ""),
    fc.integer(),
    fc.boolean(),
  );
  const condition = fc.oneof(
    fc.record({
      field: fc.constant("address.city"),
      op: fc.constantFrom("eq", "gt", "contains"),
      value: scalar,
    }),
    fc.record({ field: fc.constant("status"), op: fc.constantFrom("isSet", "isTrue") }),
    fc.record({ field: fc.constant("n"), op: fc.constant("in"), value: fc.array(scalar, { minLength: 1 }) }),
  );
  const filter = fc.record({
    op: fc.constantFrom("and", "or"),
    conditions: fc.array(condition, { minLength: 1, maxLength: 4 }),
  });

  it("is the same after the form was opened and read", () => {
    fc.assert(
      fc.property(filter, (one) => {
        expect(readRecordFilterForm(createRecordFilterForm(one))).toEqual({ type: "filter", filter: one });
      }),
    );
  });

  it("is shown as rows unless it has groups in groups", () => {
    const one = { field: "a", op: "eq", value: "1" };
    expect(createRecordFilterForm(one)).toMatchObject({ type: "rows", conditions: [{ value: '"1"' }] });
    const nested = { op: "and", conditions: [{ op: "or", conditions: [one] }] };
    expect(createRecordFilterForm(nested)).toMatchObject({ type: "json" });
  });
});
