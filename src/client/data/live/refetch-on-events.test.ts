import { QueryClient, type QueryKey } from "@tanstack/react-query";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { alertQueries } from "#client/data/queries/alert-queries.ts";
import { scheduleQueries } from "#client/data/queries/schedule-queries.ts";
import { type ServerChangeOrResyncEvent, liveEventEmitter } from "./live-events.ts";
import { subscribeCachedAlerts } from "./subscribe-cached-alerts.ts";
import { subscribeCachedSchedules } from "./subscribe-cached-schedules.ts";

const visibility = { isHidden: () => false, subscribe: () => () => {} };
const run = { type: "batch.progress", id: "batch_1", flowId: "flow_1", totalRecords: 2 } as const;
const started = { ...run, status: "scheduled", processedRecords: 0, failedRecords: 0 };
const running = { ...run, status: "running", processedRecords: 1, failedRecords: 0 };
const ended = { ...run, status: "completed", processedRecords: 2, failedRecords: 0 };
const deleted = {
  type: "flow.deleted",
  id: "flow_1",
  by: { tabId: null, key: null },
  origin: "elsewhere",
} as const;

interface CachedList {
  readonly name: string;
  readonly subscribe: typeof subscribeCachedSchedules;
  readonly key: QueryKey;
  readonly stale: readonly ServerChangeOrResyncEvent[];
  readonly current: readonly ServerChangeOrResyncEvent[];
}

describe.each<CachedList>([
  {
    name: "schedules",
    subscribe: subscribeCachedSchedules,
    key: scheduleQueries.newestRuns().queryKey,
    stale: [started, ended, deleted, { type: "schedules.changed" }, { type: "resync" }],
    current: [running, { type: "alerts.changed" }, { type: "records.changed", types: [] }],
  },
  {
    name: "alerts",
    subscribe: subscribeCachedAlerts,
    key: alertQueries.list(undefined).queryKey,
    stale: [ended, deleted, { type: "alerts.changed" }, { type: "resync" }],
    current: [started, running, { type: "schedules.changed" }],
  },
])("cached $name", ({ subscribe, key, stale, current }) => {
  let client: QueryClient;
  let stop: () => void;

  beforeEach(() => {
    vi.useFakeTimers();
    client = new QueryClient();
    client.setQueryData(key, []);
    stop = subscribe(client, visibility);
  });
  afterEach(() => {
    stop();
    client.clear();
  });

  const isReadAgain = (event: ServerChangeOrResyncEvent) => {
    liveEventEmitter.publish(event);
    return client.getQueryState(key)?.isInvalidated;
  };

  it.each(stale)("are read again after %j", (event) => expect(isReadAgain(event)).toBe(true));

  it.each(current)("are not read again after %j", (event) => expect(isReadAgain(event)).toBe(false));
});
