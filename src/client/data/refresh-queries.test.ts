import { InfiniteQueryObserver, QueryClient, QueryObserver } from "@tanstack/react-query";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { flowQueries } from "./flow-queries.ts";
import { type FlowChangedEvent, type LiveEvent, liveEvents } from "./live-events.ts";
import { refreshQueries } from "./refresh-queries.ts";
import { versionQueries } from "./version-queries.ts";

const sight = { isHidden: () => false, subscribe: () => () => {} };
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
  stop = refreshQueries(client, sight);
  await vi.advanceTimersByTimeAsync(2000);
  for (const spy of Object.values(read)) spy.mockClear();
});
afterEach(() => {
  stop();
  for (const end of ends) end();
  client.unmount();
  vi.useRealTimers();
});

const changed = (id: string, origin: FlowChangedEvent["origin"] = "elsewhere"): FlowChangedEvent => ({
  type: "flow.changed",
  id,
  change: "updated",
  revision: 2,
  by: { tabId: null, key: null },
  origin,
});
const deleted = (id: string): LiveEvent => ({ ...changed(id), type: "flow.deleted" });
const tell = async (...events: readonly LiveEvent[]) => {
  for (const event of events) liveEvents.tell(event);
  await vi.advanceTimersByTimeAsync(10_000);
};
const reads = () => [read.list.mock.calls.length, read.flow.mock.calls.length];

it("reads the lists and the flow that was changed elsewhere", async () => {
  await tell(changed("open"));
  expect(reads()).toEqual([1, 1]);
  await tell(changed("another", "this-browser"));
  expect(reads()).toEqual([2, 1]);
});

it("does not read again the version that it has, which publishing changes all the same", async () => {
  const known = { versionToken: "2-x" };
  client.setQueryData(flowQueries.detail("open").queryKey, { flow: known as never, isInexact: false });
  await tell({ ...changed("open"), ...known });
  expect(reads()).toEqual([1, 0]);
  await tell({ ...changed("open"), ...known, change: "published" });
  expect(reads()).toEqual([2, 1]);
});

it("reads the versions of a flow that was saved or published elsewhere", async () => {
  const readVersions = vi.fn(() =>
    Promise.resolve({ flowId: "open", publishedVersionId: null, versions: [] }),
  );
  const options = { ...versionQueries.list("open", undefined), queryFn: readVersions as never };
  ends.push(new InfiniteQueryObserver(client, options).subscribe(() => {}));
  await vi.advanceTimersByTimeAsync(2000);
  readVersions.mockClear();
  await tell({ ...changed("open"), change: "published" });
  expect(readVersions).toHaveBeenCalledTimes(1);
  await tell(changed("another"));
  await tell(changed("open", "this-tab"));
  expect(readVersions).toHaveBeenCalledTimes(1);
});

it("reads after a read that was under way, since that may have begun before the change", async () => {
  let finish = () => {};
  const slow = new Promise((resolve) => (finish = () => resolve({ flow: {}, isInexact: false })));
  read.flow.mockReturnValueOnce(slow);
  const under = client.refetchQueries({ queryKey: flowQueries.detail("open").queryKey });
  await tell(changed("open"));
  expect(reads()).toEqual([1, 1]);
  finish();
  await under;
  await vi.advanceTimersByTimeAsync(2000);
  expect(reads()).toEqual([1, 2]);
});

it("leaves to a write of this tab what that reads again", async () => {
  await tell(changed("open", "this-tab"));
  expect(reads()).toEqual([0, 0]);
});

it("reads everything shown when events may have been missed", async () => {
  await tell({ type: "resync" });
  expect(reads()).toEqual([1, 1]);
});

it("reads once more at most, however many changes come in a second", async () => {
  await tell(...Array.from({ length: 50 }, () => changed("open")));
  expect(reads()).toEqual([2, 2]);
});

it("waits for the save of a flow before reading it, and forgets nothing", async () => {
  let finish = () => {};
  const saving = client.getMutationCache().build(client, {
    mutationKey: ["saveFlow", "open"],
    networkMode: "always",
    mutationFn: () => new Promise<void>((resolve) => (finish = resolve)),
  });
  void saving.execute(undefined);
  await tell(changed("open"));
  expect(reads()).toEqual([1, 0]);
  finish();
  await vi.advanceTimersByTimeAsync(2000);
  expect(reads()).toEqual([1, 1]);
});

it("forgets a deleted flow that nobody shows, and keeps one that somebody does", async () => {
  client.setQueryData(flowQueries.detail("closed").queryKey, { flow: {} as never, isInexact: false });
  await tell(deleted("closed"), deleted("open"));
  expect(client.getQueryData(flowQueries.detail("closed").queryKey)).toBeUndefined();
  expect(client.getQueryData(flowQueries.detail("open").queryKey)).toBeDefined();
  expect(reads()).toEqual([2, 0]);
});

it("reads the lists, which say how a flow ran last, once a run has ended and not while it runs", async () => {
  const counts = { totalRecords: 2, processedRecords: 1, failedRecords: 0 };
  const progress = { type: "batch.progress", id: "batch_1", flowId: "open", ...counts } as const;
  await tell({ ...progress, status: "running" });
  expect(reads()).toEqual([0, 0]);
  await tell({ ...progress, status: "completed" });
  expect(reads()).toEqual([1, 0]);
});
