import { QueryClient } from "@tanstack/react-query";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { BatchState } from "#contract/run.ts";
import { followRuns } from "./follow-runs.ts";
import { liveEvents } from "./live-events.ts";
import { runQueries } from "./run-queries.ts";

const sight = { isHidden: () => false, subscribe: () => () => {} };
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
const listKey = runQueries.batches("flow_1", { hasEvents: true }).queryKey;
const batchKey = runQueries.batch("flow_1", "batch_1", { hasEvents: true }).queryKey;

let client: QueryClient;
let stop: () => void;

beforeEach(() => {
  vi.useFakeTimers();
  client = new QueryClient();
  client.setQueryData(batchKey, batch);
  const pagination = { limit: 100, hasMore: false, nextCursor: null };
  client.setQueryData(listKey, { pages: [{ data: [batch], pagination }], pageParams: [""] });
  stop = followRuns(client, "flow_1", sight);
});
afterEach(() => {
  stop();
  client.clear();
  vi.useRealTimers();
});

const tell = async (fields: Partial<BatchState> & { readonly id?: string; readonly flowId?: string }) => {
  const { id = "batch_1", flowId = "flow_1", ...rest } = fields;
  const { status, totalRecords, processedRecords, failedRecords } = { ...batch, ...rest };
  liveEvents.tell({
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

describe("what is shown of a flow's runs", () => {
  it("counts on by the events themselves, wherever a run is shown", async () => {
    await tell({ processedRecords: 5, failedRecords: 2 });
    expect(client.getQueryData(batchKey)).toMatchObject({ processedRecords: 5, successCount: 3 });
    expect(listed()).toMatchObject({ processedRecords: 5, failedRecords: 2 });
    expect(isOld()).toBe(false);
  });

  it("never counts back, nor wakes a run that has ended", async () => {
    await tell({ processedRecords: 1, failedRecords: 0 });
    expect(listed()).toMatchObject({ processedRecords: 2 });
    await tell({ processedRecords: 10, status: "completed" });
    await tell({ processedRecords: 10, status: "running" });
    expect(listed()).toMatchObject({ processedRecords: 10, status: "completed" });
  });

  it("is read again once a run has ended, or one is heard of that is not listed", async () => {
    await tell({ processedRecords: 10, status: "completed" });
    expect(isOld()).toBe(true);
    client.setQueryData(listKey, (list) => list);
    await tell({ id: "batch_2", status: "scheduled", processedRecords: 0 });
    expect(isOld()).toBe(true);
  });

  it("is no business of another flow's", async () => {
    await tell({ flowId: "flow_2", processedRecords: 9, status: "completed" });
    expect(listed()).toMatchObject({ processedRecords: 2 });
    expect(isOld()).toBe(false);
  });
});
