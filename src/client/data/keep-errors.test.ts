import { InfiniteQueryObserver, QueryClient, QueryObserver, notifyManager } from "@tanstack/react-query";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { ApiError } from "./api-error.ts";
import { keepErrors } from "./keep-errors.ts";

let client: QueryClient;
/** Settles what was asked last. */
let settle: { readonly answer: (data: unknown) => void; readonly refuse: (error: Error) => void };
const options = {
  queryKey: ["thing"],
  queryFn: () =>
    new Promise<unknown>((resolve, reject) => {
      settle = { answer: resolve, refuse: reject };
    }),
};
const gone = new ApiError(404, "There is no such thing.");
const next = () => vi.advanceTimersByTimeAsync(0);

beforeEach(() => {
  vi.useFakeTimers();
  client = new QueryClient({ defaultOptions: { queries: { networkMode: "always", retry: false } } });
  keepErrors(client.getQueryCache());
});
afterEach(() => {
  client.clear();
  vi.useRealTimers();
});

async function watchAndRefuse(error: Error) {
  const observer = new QueryObserver(client, options);
  const seen: string[] = [];
  // As a page does: it is told at the end of a batch that there is news, and looks what there is.
  const look = notifyManager.batchCalls(() => seen.push(observer.getCurrentResult().status));
  const stop = observer.subscribe(look);
  await next();
  settle.refuse(error);
  await next();
  expect(observer.getCurrentResult()).toMatchObject({ status: "error", error, isFetching: false });
  seen.length = 0;
  return { observer, seen, stop };
}

it("keeps the error while the read is tried again, until there is an answer", async () => {
  const { observer, seen } = await watchAndRefuse(gone);
  void client.invalidateQueries();
  await next();
  expect(observer.getCurrentResult()).toMatchObject({ status: "error", error: gone, isFetching: true });
  const other = new ApiError(403, "Not for you.");
  settle.refuse(other);
  await next();
  expect(observer.getCurrentResult()).toMatchObject({ status: "error", error: other, isFetching: false });
  void observer.refetch();
  await next();
  settle.answer("here");
  await next();
  expect(observer.getCurrentResult()).toMatchObject({ status: "success", data: "here", error: null });
  expect(new Set(seen)).toEqual(new Set(["error", "success"]));
});

it("keeps the error of a list too", async () => {
  const observer = new InfiniteQueryObserver(client, {
    ...options,
    initialPageParam: "",
    getNextPageParam: () => null,
  });
  observer.subscribe(() => undefined);
  await next();
  settle.refuse(gone);
  await next();
  void observer.refetch();
  await next();
  expect(observer.getCurrentResult()).toMatchObject({ status: "error", error: gone, isFetching: true });
  settle.answer("a page");
  await next();
  expect(observer.getCurrentResult()).toMatchObject({ status: "success", error: null });
});

it("forgets the error for whoever comes after the last has left", async () => {
  const { stop } = await watchAndRefuse(gone);
  stop();
  const observer = new QueryObserver(client, options);
  observer.subscribe(() => undefined);
  await next();
  expect(observer.getCurrentResult()).toMatchObject({ status: "pending", error: null, isFetching: true });
});

it("does not keep that a session was wanting", async () => {
  const { observer } = await watchAndRefuse(new ApiError(401, "Sign in."));
  void client.invalidateQueries();
  await next();
  expect(observer.getCurrentResult()).toMatchObject({ status: "pending", error: null, isFetching: true });
});
