import { QueryClient, QueryObserver } from "@tanstack/react-query";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { FlowListItem } from "#contract/flow.ts";
import { flowQueries } from "#client/data/queries/flow-queries.ts";
import { toastStore, toasts } from "#client/ui/overlays/toasts.ts";
import { deleteFlowsAfterUndoPeriod } from "./delete-flows.ts";

const CREATED_AT = "2026-01-01T00:00:00.000Z";

const flows = ["a", "b", "c"].map((id): FlowListItem => ({
  id,
  name: `Flow ${id}`,
  createdAt: CREATED_AT,
  updatedAt: CREATED_AT,
  lastRunAt: null,
  versionToken: `1-${id}`,
}));

const statuses = new Map<string, number>();
let sent: string[];

beforeEach(() => {
  vi.useFakeTimers();
  sent = [];
  statuses.clear();
  vi.stubGlobal("fetch", async (url: string, { method, headers }: RequestInit) => {
    sent.push(`${method} ${url} ${new Headers(headers).get("if-match")}`);
    const status = method === "GET" ? 404 : (statuses.get(url) ?? 204);
    return status === 204 ? new Response(null, { status }) : Response.json({ error: "No." }, { status });
  });
});

afterEach(() => {
  for (const { id } of toastStore.getState()) toasts.dismiss(id);
});

const textsOfToasts = () => toastStore.getState().map(({ text }) => text);

it("sends all deletions after the undo period, each for the version that was listed", async () => {
  deleteFlowsAfterUndoPeriod(new QueryClient(), flows, () => undefined);
  await vi.advanceTimersByTimeAsync(7900);
  expect(sent).toEqual([]);
  expect(textsOfToasts()).toEqual(["Deleting 3 flows…"]);
  await vi.advanceTimersByTimeAsync(200);
  expect(sent).toEqual(["a", "b", "c"].map((id) => `DELETE /v1/flows/${id} "1-${id}"`));
  expect(textsOfToasts()).toEqual(["Deleted 3 flows."]);
});

it("deletes the other flows when one was changed elsewhere, and reports that flow without offering a retry", async () => {
  statuses.set("/v1/flows/b", 412).set("/v1/flows/c", 404);
  deleteFlowsAfterUndoPeriod(new QueryClient(), flows, () => undefined);
  await vi.advanceTimersByTimeAsync(8100);
  expect(sent).toHaveLength(3);
  expect(textsOfToasts()).toEqual([
    "Couldn’t delete 1 of 3 flows. “Flow b”: Skipped: changed elsewhere in the meantime.",
  ]);
  expect(toastStore.getState()[0]?.action).toBeUndefined();
});

it.each([204, 404])(
  "resets the cached data of a deleted flow that a page observes when the server responds %i",
  async (status) => {
    const client = new QueryClient({ defaultOptions: { queries: { retry: false, staleTime: Infinity } } });
    const detail = flowQueries.detail("a");
    client.setQueryData(detail.queryKey, { flow: flows[0] } as never);
    const observer = new QueryObserver(client, detail);
    const stop = observer.subscribe(() => undefined);
    expect(observer.getCurrentResult().data).toBeDefined();
    statuses.set("/v1/flows/a", status);
    deleteFlowsAfterUndoPeriod(client, flows.slice(0, 1), () => undefined);
    await vi.advanceTimersByTimeAsync(8100);
    expect(observer.getCurrentResult().data).toBeUndefined();
    stop();
  },
);

it("offers to retry the deletions that failed, unless the flow was changed elsewhere", async () => {
  statuses.set("/v1/flows/a", 500);
  deleteFlowsAfterUndoPeriod(new QueryClient(), flows, () => undefined);
  await vi.advanceTimersByTimeAsync(8100);
  statuses.clear();
  sent = [];
  toastStore.getState()[0]?.action?.run();
  await vi.advanceTimersByTimeAsync(8100);
  expect(sent).toEqual(['DELETE /v1/flows/a "1-a"']);
});
