import { QueryClient } from "@tanstack/react-query";
import { expect, it, vi } from "vitest";
import type { BatchState } from "#contract/run.ts";
import { ApiError } from "#client/data/api/api-error.ts";
import { isUnavailableFeatureError } from "./api-features.ts";
import { serverCapabilityQueries } from "./capability-queries.ts";
import { flowRunQueries } from "./run-queries.ts";

const running: BatchState = {
  batchExecutionId: "batch_1",
  flowId: "flow_1",
  status: "running",
  totalRecords: 10,
  processedRecords: 2,
  failedRecords: 0,
  startedAt: "2026-11-27T06:00:00.000Z",
};

const readSteps = () => flowRunQueries.recordSteps("flow_1", "batch_1", "record_1", { isBatchActive: true });

/** Returns the milliseconds until the next read after this number of reads. */
function findInterval(
  batch: Partial<BatchState>,
  reads: number,
  hasEvents = false,
  error: Error | null = null,
): unknown {
  const { refetchInterval } = flowRunQueries.batch("flow_1", "batch_1", { hasEvents });
  if (typeof refetchInterval !== "function") throw new Error("no function");
  const state = { data: { ...running, ...batch }, dataUpdateCount: reads, errorUpdateCount: 0, error };
  return refetchInterval({ state } as never);
}

it("a running batch is read every two seconds at first, then less and less often, and not forever", () => {
  expect([1, 10, 20, 100, 300].map((reads) => findInterval({}, reads))).toEqual([
    2000, 2000, 4000, 20_000, 20_000,
  ]);
  expect(findInterval({}, 301)).toBe(false);
  expect(findInterval({}, 1, true)).toBe(10_000);
});

it.each([
  [1, 0, [], 2000],
  [50, 0, [], 10_000],
  [1, 49, [], 10_000],
  [301, 0, [], false],
  [1, 300, [], false],
  [1, 0, [{}], false],
])(
  "a record without steps is read again, less and less often, and not forever: after %i reads and %i errors",
  (reads, errors, data, ms) => {
    const { refetchInterval } = readSteps();
    if (typeof refetchInterval !== "function") throw new Error("no function");
    const state = { data: { data }, dataUpdateCount: reads, errorUpdateCount: errors, error: null };
    expect(refetchInterval({ state } as never)).toBe(ms);
  },
);

it("a running batch is not read again before the time that the API names", () => {
  const refuse = (retryAfter: number) => new ApiError(429, "Hourly limit reached.", { retryAfter });
  expect(findInterval({}, 1, false, refuse(600))).toBe(false);
  expect(findInterval({}, 1, false, refuse(0))).toBe(10_000);
});

it.each<[string, Partial<BatchState>, boolean]>([
  ["the status “queued”", { status: "queued" }, true],
  ["an unknown status and open records", { status: "warming_up" }, true],
  ["an unknown status and all records processed", { status: "archived", processedRecords: 10 }, false],
  ["an unknown status and an end", { status: "expired", completedAt: "2026-11-27T06:00:00.000Z" }, false],
  ["the status “completed”", { status: "completed" }, false],
  ["the status “cancelled”", { status: "cancelled" }, false],
])("a batch with %s is read again only if it may still change", (_name, batch, isRead) => {
  expect(findInterval(batch, 1) !== false).toBe(isRead);
});

it.each([
  ["the records of a batch", flowRunQueries.records("flow_1", "batch_1", undefined), 200, true],
  ["the steps of a record", readSteps(), 200, true],
  ["the records of a batch of a missing flow", flowRunQueries.records("flow_1", "b", undefined), 404, false],
  ["a batch", flowRunQueries.batch("flow_1", "batch_1", { hasEvents: false }), 200, false],
])("a 404 for %s shows whether the API has step results", async (_, query, statusOfFlow, isMissing) => {
  const client = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  const server = { upstream: "https://api.example.com", features: { stepResults: true } };
  client.setQueryData(serverCapabilityQueries.current().queryKey, server as never);
  const times = { createdAt: running.startedAt, updatedAt: running.startedAt };
  const flow = { id: "flow_1", name: "Digest", userId: "u", organizationId: null, flowSteps: [], ...times };
  vi.stubGlobal("fetch", async (url: string) => {
    const status = url === "/v1/flows/flow_1" ? statusOfFlow : 404;
    return Response.json(status === 200 ? flow : { error: "Not found" }, { status });
  });
  const { queryFn, queryKey } = query;
  const read = queryFn as (context: object) => Promise<unknown>;
  const context = { client, queryKey, pageParam: "", signal: new AbortController().signal };
  const error = await read(context).catch((thrown: unknown) => thrown);
  expect(isUnavailableFeatureError(error)).toBe(isMissing);
});

it.each([
  ["this server", true, 30_000],
  ["an API that may delay each of several answers", "Recent runs only.", 120_000],
])("a batch of %s has its time limit", async (_, flowRuns, ms) => {
  const client = new QueryClient();
  client.setQueryData(serverCapabilityQueries.current().queryKey, { features: { flowRuns } } as never);
  vi.stubGlobal("fetch", async () => Response.json(running));
  const timeout = vi.spyOn(AbortSignal, "timeout");
  await client.fetchQuery(flowRunQueries.batch("flow_1", "batch_1", { hasEvents: false }));
  expect(timeout).toHaveBeenLastCalledWith(ms);
  timeout.mockRestore();
});
