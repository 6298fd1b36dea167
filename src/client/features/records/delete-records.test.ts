import { QueryClient, QueryObserver } from "@tanstack/react-query";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { recordQueries } from "#client/data/queries/record-queries.ts";
import { toastStore, toasts } from "#client/ui/overlays/toasts.ts";
import { deleteRecords } from "./delete-records.ts";

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal("fetch", async (_url: string, { method }: RequestInit) =>
    method === "GET"
      ? Response.json({ error: "Gone." }, { status: 404 })
      : Response.json({ success: true, deleted: 1, deletedIds: ["a"] }),
  );
});

afterEach(() => {
  for (const { id } of toastStore.getState()) toasts.dismiss(id);
});

it("resets the cached data of a deleted record that an open panel observes", async () => {
  const client = new QueryClient({ defaultOptions: { queries: { retry: false, staleTime: Infinity } } });
  const detail = recordQueries.detail("a");
  client.setQueryData(detail.queryKey, { record: { id: "a" }, isInexact: false } as never);
  const observer = new QueryObserver(client, detail);
  const stop = observer.subscribe(() => undefined);
  deleteRecords(client, [{ id: "a", name: "Ada" }], () => undefined);
  await vi.advanceTimersByTimeAsync(8100);
  // Waits for the code of the endpoint, which is loaded with the first request.
  await vi.waitFor(() => expect(toastStore.getState().map(({ text }) => text)).toEqual(["Deleted “Ada”."]));
  expect(observer.getCurrentResult().data).toBeUndefined();
  stop();
});
