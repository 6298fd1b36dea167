import { QueryClient } from "@tanstack/react-query";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { scheduleQueries } from "#client/data/queries/schedule-queries.ts";
import { type ServerChangeOrResyncEvent, liveEventEmitter } from "./live-events.ts";
import { subscribeCachedSchedules } from "./subscribe-cached-schedules.ts";

const visibility = { isHidden: () => false, subscribe: () => () => {} };
const key = scheduleQueries.newestRuns().queryKey;
const run = { type: "batch.progress", id: "batch_1", flowId: "flow_1", totalRecords: 2 } as const;

let client: QueryClient;
let stop: () => void;

beforeEach(() => {
  vi.useFakeTimers();
  client = new QueryClient();
  client.setQueryData(key, new Map());
  stop = subscribeCachedSchedules(client, visibility);
});
afterEach(() => {
  stop();
  client.clear();
});

const isReadAgain = (event: ServerChangeOrResyncEvent) => {
  liveEventEmitter.publish(event);
  return client.getQueryState(key)?.isInvalidated;
};

it("schedules are read again when a run ends or starts, but not on its progress", () => {
  expect(isReadAgain({ ...run, status: "running", processedRecords: 1, failedRecords: 0 })).toBe(false);
  expect(isReadAgain({ ...run, status: "completed", processedRecords: 2, failedRecords: 0 })).toBe(true);
});

it("schedules are read again after a lost connection", () => {
  expect(isReadAgain({ type: "resync" })).toBe(true);
});
