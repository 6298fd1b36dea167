import { InfiniteQueryObserver, QueryClient, QueryObserver } from "@tanstack/react-query";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { flowQueries } from "./flow-queries.ts";
import {
  type FlowChangedEvent,
  type ServerChangeOrResyncEvent,
  liveEventEmitter,
} from "#client/data/live/live-events.ts";
import { refreshQueriesOnRemoteChanges } from "./refresh-queries.ts";
import { versionQueries } from "./version-queries.ts";

const visibility = { isHidden: () => false, subscribe: () => () => {} };
const pagination = { limit: 50, currentOffset: 0, hasMore: false, hasPrev: false, nextCursor: null };

let client: QueryClient;
let read: { readonly list: ReturnType<typeof vi.fn>; readonly flow: ReturnType<typeof vi.fn> };
let stop: () => void;
let ends: (() => void)[];

beforeEach(async () => {
  vi.useFakeTimers();
  client = new QueryClient({ defaultOptions: { queries: { networkMode: "always", retry: false } } });
  client.mount();
  read = {
    list: vi.fn(() => Promise.resolve({ data: [], pagination: { ...pagination, prevCursor: null } })),
    flow: vi.fn(() => Promise.resolve({ flow: {}, isInexact: false })),
  };
  const list = new InfiniteQueryObserver(client, { ...flowQueries.list({}), queryFn: read.list as never });
  const detail = new QueryObserver(client, { ...flowQueries.detail("open"), queryFn: read.flow as never });
  ends = [list.subscribe(() => {}), detail.subscribe(() => {})];
  stop = refreshQueriesOnRemoteChanges(client, visibility);
  await vi.advanceTimersByTimeAsync(2000);
  for (const spy of Object.values(read)) spy.mockClear();
});
afterEach(() => {
  stop();
  for (const end of ends) end();
  client.unmount();
});

const changed = (id: string, origin: FlowChangedEvent["origin"] = "elsewhere"): FlowChangedEvent => ({
  type: "flow.changed",
  id,
  change: "updated",
  revision: 2,
  by: { tabId: null, key: null },
  origin,
});
const deleted = (id: string): ServerChangeOrResyncEvent => ({ ...changed(id), type: "flow.deleted" });
const publish = async (...events: readonly ServerChangeOrResyncEvent[]) => {
  for (const event of events) liveEventEmitter.publish(event);
  await vi.advanceTimersByTimeAsync(10_000);
};
const reads = () => [read.list.mock.calls.length, read.flow.mock.calls.length];

it("a remote change invalidates the lists and the flow", async () => {
  await publish(changed("open"));
  expect(reads()).toEqual([1, 1]);
  await publish(changed("another", "this-browser"));
  expect(reads()).toEqual([2, 1]);
});

it("a flow whose changed version is already cached is not refetched, except after a publish", async () => {
  const known = { versionToken: "2-x" };
  client.setQueryData(flowQueries.detail("open").queryKey, { flow: known as never, isInexact: false });
  await publish({ ...changed("open"), ...known });
  expect(reads()).toEqual([1, 0]);
  await publish({ ...changed("open"), ...known, change: "published" });
  expect(reads()).toEqual([2, 1]);
});

it("a remote change of tags refetches the lists and the flow, whose version stays the same", async () => {
  const known = { versionToken: "2-x" };
  client.setQueryData(flowQueries.detail("open").queryKey, { flow: known as never, isInexact: false });
  const by = { tabId: null, key: null };
  const tagged = { type: "flow.tagged" as const, id: "open", tags: ["sales"], by };
  await publish({ ...tagged, origin: "this-tab" });
  expect(reads()).toEqual([0, 0]);
  await publish({ ...tagged, origin: "elsewhere" });
  expect(reads()).toEqual([1, 1]);
});

it("a remote save or publish invalidates the versions of the flow", async () => {
  const readVersions = vi.fn(() =>
    Promise.resolve({ flowId: "open", publishedVersionId: null, versions: [] }),
  );
  const options = { ...versionQueries.list("open", undefined), queryFn: readVersions as never };
  ends.push(new InfiniteQueryObserver(client, options).subscribe(() => {}));
  await vi.advanceTimersByTimeAsync(2000);
  readVersions.mockClear();
  await publish({ ...changed("open"), change: "published" });
  expect(readVersions).toHaveBeenCalledTimes(1);
  await publish(changed("another"));
  await publish(changed("open", "this-tab"));
  expect(readVersions).toHaveBeenCalledTimes(1);
});

it("a change during an in-flight read causes another read, because the first may not include the change", async () => {
  let finish = () => {};
  const slow = new Promise((resolve) => (finish = () => resolve({ flow: {}, isInexact: false })));
  read.flow.mockReturnValueOnce(slow);
  const refetch = client.refetchQueries({ queryKey: flowQueries.detail("open").queryKey });
  await publish(changed("open"));
  expect(reads()).toEqual([1, 1]);
  finish();
  await refetch;
  await vi.advanceTimersByTimeAsync(2000);
  expect(reads()).toEqual([1, 2]);
});

it("the change event of this tab's own write causes no refetch, because the write already refetches", async () => {
  await publish(changed("open", "this-tab"));
  expect(reads()).toEqual([0, 0]);
});

it("all observed queries are refetched when events may have been missed", async () => {
  await publish({ type: "resync" });
  expect(reads()).toEqual([1, 1]);
});

it("the refetch of a flow is deferred until its save ends", async () => {
  let finish = () => {};
  const saving = client.getMutationCache().build(client, {
    mutationKey: ["saveFlow", "open"],
    networkMode: "always",
    mutationFn: () => new Promise<void>((resolve) => (finish = resolve)),
  });
  void saving.execute(undefined);
  await publish(changed("open"));
  expect(reads()).toEqual([1, 0]);
  finish();
  await vi.advanceTimersByTimeAsync(2000);
  expect(reads()).toEqual([1, 1]);
});

it("a deleted flow is removed from the cache unless it has an observer", async () => {
  client.setQueryData(flowQueries.detail("closed").queryKey, { flow: {} as never, isInexact: false });
  await publish(deleted("closed"), deleted("open"));
  expect(client.getQueryData(flowQueries.detail("closed").queryKey)).toBeUndefined();
  expect(client.getQueryData(flowQueries.detail("open").queryKey)).toBeDefined();
  expect(reads()).toEqual([2, 0]);
});

it("the lists, which show the last run, are invalidated when a run starts and ends but not while it runs", async () => {
  const counts = { totalRecords: 2, processedRecords: 1, failedRecords: 0 };
  const progress = { type: "batch.progress", id: "batch_1", flowId: "open", ...counts } as const;
  await publish({ ...progress, status: "running" });
  expect(reads()).toEqual([0, 0]);
  await publish({ ...progress, status: "scheduled" });
  expect(reads()).toEqual([1, 0]);
  await publish({ ...progress, status: "completed" });
  expect(reads()).toEqual([2, 0]);
});
