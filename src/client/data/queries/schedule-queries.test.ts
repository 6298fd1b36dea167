import { QueryClient } from "@tanstack/react-query";
import { beforeEach, describe, expect, it, vi } from "vitest";
import type { Schedule } from "#contract/schedule.ts";
import { type KnownServerCapabilities, serverCapabilityQueries } from "./capability-queries.ts";
import { parseScheduleListSearchParams } from "./schedule-filters.ts";
import { findRefetchDelay, scheduleQueries } from "./schedule-queries.ts";

const NOW = Date.parse("2026-12-01T12:00:00Z");
const TIME = "2026-12-01T12:00:00.000Z";

const buildSchedule = (parts: Partial<Schedule>): Schedule => ({
  id: "schedule_1",
  name: null,
  enabled: true,
  triggerType: "recurring",
  executionOptions: {},
  cron: "0 9 * * *",
  timezone: "UTC",
  runAt: null,
  flowId: "flow_1",
  agentId: null,
  recordType: null,
  recordIds: null,
  inputs: null,
  productSurfaceId: null,
  lastRunAt: null,
  nextRunAt: null,
  organizationId: null,
  userId: "user_1",
  createdAt: TIME,
  updatedAt: TIME,
  ...parts,
});

let urls: URL[];
let answers: ((url: URL) => unknown)[];

beforeEach(() => {
  urls = [];
  answers = [];
  vi.stubGlobal("fetch", async (path: string) => {
    const url = new URL(path, "http://page.test");
    urls.push(url);
    return Response.json(answers.shift()?.(url) ?? { data: [] });
  });
});

const toPage = (data: readonly Schedule[], nextCursor: string | null) => () => ({
  data,
  pagination: {
    limit: 100,
    currentOffset: 0,
    hasMore: nextCursor !== null,
    hasPrev: false,
    nextCursor,
    prevCursor: null,
  },
});

it("the schedules of flows are found in those of an API, which has no filter by flow", async () => {
  const own = buildSchedule({ id: "own" });
  answers = [
    toPage([buildSchedule({ id: "a", flowId: "flow_2" })], "next"),
    toPage(
      [own, buildSchedule({ id: "b", flowId: null }), buildSchedule({ id: "c", flowId: "flow_3" })],
      null,
    ),
  ];
  const found = await new QueryClient().query(scheduleQueries.ofFlows(["flow_1", "flow_3"]));
  expect(found.map(({ id }) => id)).toEqual(["own", "c"]);
  expect(urls.map(({ search }) => search)).toEqual(["?limit=100", "?cursor=next&limit=100"]);
});

it("our server is asked only for the schedules of the flow", async () => {
  const client = new QueryClient();
  const features = { flowRuns: true } as KnownServerCapabilities["features"];
  const server: KnownServerCapabilities = {
    mode: "local",
    auth: "none",
    signedIn: true,
    scopes: [],
    features,
  };
  client.setQueryData(serverCapabilityQueries.current().queryKey, server);
  answers = [toPage([], null)];
  await client.query(scheduleQueries.ofFlows(["flow_1"]));
  expect(urls[0]?.search).toBe("?flowId=flow_1&limit=100");
});

it("a flow that the list lacks is known to be deleted", async () => {
  answers = [() => toPage([], null)()];
  const flows = await new QueryClient().query(scheduleQueries.flows(["flow_1"]));
  expect([...flows]).toEqual([["flow_1", null]]);
  expect(urls[0]?.search).toBe("?ids=flow_1&limit=100");
});

it("the newest of several runs of a schedule is kept", async () => {
  const run = (id: string) => ({
    id,
    scheduleId: "schedule_1",
    flowId: null,
    agentId: null,
    agentExecutionId: null,
    batchExecutionId: null,
    status: "completed",
    totalRecords: null,
    processedRecords: null,
    failedRecords: null,
    error: null,
    startedAt: null,
    completedAt: null,
    createdAt: TIME,
  });
  answers = [() => ({ ...toPage([], null)(), data: [run("new"), run("old")] })];
  const runs = await new QueryClient().query(scheduleQueries.newestRuns());
  expect(runs.get("schedule_1")?.id).toBe("new");
});

describe("the schedules are read again", () => {
  const at = (seconds: number, parts: Partial<Schedule> = {}) =>
    buildSchedule({ nextRunAt: new Date(NOW + seconds * 1000).toISOString(), ...parts });

  it.each([
    ["never without a due time", [buildSchedule({})], false],
    ["never if all are paused", [at(60, { enabled: false })], false],
    ["shortly after the next is due", [at(3600), at(60)], 63_000],
    ["soon if one is due now", [at(0)], 5000],
    ["after ten minutes at the latest", [at(86_400)], 600_000],
    ["rarely while one is overdue", [at(-120)], 30_000],
  ])("%s", (_, schedules, delay) => expect(findRefetchDelay(schedules, null, NOW)).toBe(delay));
});

it("the address of the list has only known filters", () => {
  expect(parseScheduleListSearchParams({ search: "", status: "ended", schedule: 7 })).toEqual({});
  const all = { search: "digest", status: "paused", schedule: "schedule_1" };
  expect(parseScheduleListSearchParams(all)).toEqual(all);
});
