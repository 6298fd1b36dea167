import { QueryClient } from "@tanstack/react-query";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { BatchState } from "#contract/run.ts";
import { subscribeCachedRuns } from "./subscribe-cached-runs.ts";
import { liveEventEmitter } from "./live-events.ts";
import { flowRunQueries } from "#client/data/queries/run-queries.ts";

const visibility = { isHidden: () => false, subscribe: () => () => {} };
const batch: BatchState = {
  batchExecutionId: "batch_1",
  flowId: "flow_1",
  status: "running",
  totalRecords: 10,
  processedRecords: 2,
  failedRecords: 1,
  successCount: 1,
  startedAt: "2026-11-25T10:00:00.000Z",
};
const listKey = flowRunQueries.batches("flow_1", {}, { hasEvents: true }).queryKey;
const batchKey = flowRunQueries.batch("flow_1", "batch_1", { hasEvents: true }).queryKey;

let client: QueryClient;
let stop: () => void;

beforeEach(() => {
  vi.useFakeTimers();
  client = new QueryClient();
  client.setQueryData(batchKey, batch);
  const pagination = { limit: 100, hasMore: false, nextCursor: null };
  client.setQueryData(listKey, { pages: [{ data: [batch], pagination }], pageParams: [""] });
  stop = subscribeCachedRuns(client, "flow_1", visibility);
});
afterEach(() => {
  stop();
  client.clear();
});

const publish = async (fields: Partial<BatchState> & { readonly id?: string; readonly flowId?: string }) => {
  const { id = "batch_1", flowId = "flow_1", ...rest } = fields;
  const { status, totalRecords, processedRecords, failedRecords } = { ...batch, ...rest };
  liveEventEmitter.publish({
    type: "batch.progress",
    id,
    flowId,
    status,
    totalRecords,
    processedRecords,
    failedRecords,
  });
  await vi.advanceTimersByTimeAsync(2000);
};
const listed = () => client.getQueryData(listKey)?.pages[0]?.data[0];
const isOld = () => client.getQueryState(listKey)?.isInvalidated;

it("the cached runs of a flow are updated by progress events, in the run and in the list", async () => {
  await publish({ processedRecords: 5, failedRecords: 2 });
  expect(client.getQueryData(batchKey)).toMatchObject({ processedRecords: 5, successCount: 3 });
  expect(listed()).toMatchObject({ processedRecords: 5, failedRecords: 2 });
  expect(isOld()).toBe(false);
});

it("the cached runs of a flow ignore stale progress events and events after the end of a run", async () => {
  await publish({ processedRecords: 1, failedRecords: 0 });
  expect(listed()).toMatchObject({ processedRecords: 2 });
  await publish({ processedRecords: 10, status: "completed" });
  await publish({ processedRecords: 10, status: "running" });
  expect(listed()).toMatchObject({ processedRecords: 10, status: "completed" });
});

it("the cached runs of a flow are invalidated when a run ends or an unknown run appears", async () => {
  await publish({ processedRecords: 10, status: "completed" });
  expect(isOld()).toBe(true);
  client.setQueryData(listKey, (list) => list);
  await publish({ id: "batch_2", status: "scheduled", processedRecords: 0 });
  expect(isOld()).toBe(true);
});

it("a narrowed list of runs, which lacks most of them, is invalidated only when a run starts or ends", async () => {
  const key = flowRunQueries.batches("flow_1", { outcome: "failed" }, { hasEvents: true }).queryKey;
  const pagination = { limit: 100, hasMore: false, nextCursor: null };
  client.setQueryData(key, { pages: [{ data: [], pagination }], pageParams: [""] });
  await publish({ processedRecords: 5 });
  expect(client.getQueryState(key)?.isInvalidated).toBe(false);
  await publish({ processedRecords: 10, status: "failed" });
  expect(client.getQueryState(key)?.isInvalidated).toBe(true);
});
