import { describe, expect, it } from "vitest";
import type { Schedule } from "#contract/schedule.ts";
import {
  describeTarget,
  explainUnrunnableFlow,
  getScheduleState,
  listNextTimes,
} from "./describe-schedule.ts";

const NOW = Date.parse("2026-12-01T12:00:00Z");
const LATER = "2026-12-05T08:00:00.000Z";

const build = (parts: Partial<Schedule>) =>
  ({
    enabled: true,
    cron: "0 9 * * *",
    timezone: "Europe/Berlin",
    runAt: null,
    nextRunAt: null,
    agentId: null,
    recordType: null,
    recordIds: null,
    ...parts,
  }) as Schedule;

const list = (parts: Partial<Schedule>, now = NOW) =>
  listNextTimes(build(parts), now).map((time) => new Date(time).toISOString());

describe("the next times", () => {
  it("tick over when one passes", () => {
    const [first = "", second] = list({});
    expect([first, second]).toEqual(["2026-12-02T08:00:00.000Z", "2026-12-03T08:00:00.000Z"]);
    expect(list({}, Date.parse(first))[0]).toBe(second);
  });

  it("are the only one of a one-time schedule until it has ended", () => {
    expect(list({ cron: null, runAt: LATER })).toEqual([LATER]);
    expect(list({ cron: null, runAt: LATER }, Date.parse(LATER))).toEqual([]);
    expect(getScheduleState(build({ cron: null, runAt: LATER }), Date.parse(LATER))).toBe("ended");
  });

  it("are none while the schedule is paused", () => expect(list({ enabled: false })).toEqual([]));

  it("are those of the API for an expression that only the API reads", () => {
    expect(list({ cron: "every day", nextRunAt: LATER })).toEqual([LATER]);
    expect(list({ cron: "every day" })).toEqual([]);
  });
});

it.each([
  [{}, "Inputs only"],
  [{ recordType: "lead" }, "All “lead” records"],
  [{ recordType: "lead", recordIds: ["a"] }, "1 chosen record"],
  [{ recordType: "lead", recordFilter: { field: "a", op: "isSet" } }, "Filtered “lead” records"],
  [{ agentId: "agent_1" }, "An agent"],
])("describes what %j runs on", (parts, text) => expect(describeTarget(build(parts))).toBe(text));

it("says why a flow that was deleted or not published cannot run", () => {
  const draft = { id: "flow_1", name: "Digest", status: "draft", publishedVersionId: null } as const;
  expect(explainUnrunnableFlow(build({}), null)?.label).toBe("Flow deleted");
  expect(explainUnrunnableFlow(build({}), draft)?.label).toBe("Not published");
  expect(explainUnrunnableFlow(build({}), { ...draft, status: "active" })).toBeUndefined();
  expect(explainUnrunnableFlow(build({}), undefined)).toBeUndefined();
});
