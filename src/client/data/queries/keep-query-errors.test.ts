import { QueryClient, QueryObserver, notifyManager } from "@tanstack/react-query";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { ApiError } from "#client/data/api/api-error.ts";
import { keepQueryErrorsDuringRefetch } from "./keep-query-errors.ts";

let client: QueryClient;
let latestRequest: { readonly answer: (data: unknown) => void; readonly refuse: (error: Error) => void };
const options = {
  queryKey: ["thing"],
  queryFn: () =>
    new Promise<unknown>((resolve, reject) => {
      latestRequest = { answer: resolve, refuse: reject };
    }),
};
const gone = new ApiError(404, "There is no such thing.");
const next = () => vi.advanceTimersByTimeAsync(0);

beforeEach(() => {
  vi.useFakeTimers();
  client = new QueryClient({ defaultOptions: { queries: { networkMode: "always", retry: false } } });
  keepQueryErrorsDuringRefetch(client.getQueryCache());
});
afterEach(() => {
  client.clear();
});

async function watchAndRefuse(error: Error) {
  const observer = new QueryObserver(client, options);
  const seen: string[] = [];
  const look = notifyManager.batchCalls(() => seen.push(observer.getCurrentResult().status));
  const stop = observer.subscribe(look);
  await next();
  latestRequest.refuse(error);
  await next();
  expect(observer.getCurrentResult()).toMatchObject({ status: "error", error, isFetching: false });
  seen.length = 0;
  return { observer, seen, stop };
}

it("a query keeps its error during a retry, until a response arrives", async () => {
  const { observer, seen } = await watchAndRefuse(gone);
  void client.invalidateQueries();
  await next();
  expect(observer.getCurrentResult()).toMatchObject({ status: "error", error: gone, isFetching: true });
  const other = new ApiError(403, "Not for you.");
  latestRequest.refuse(other);
  await next();
  expect(observer.getCurrentResult()).toMatchObject({ status: "error", error: other, isFetching: false });
  void observer.refetch();
  await next();
  latestRequest.answer("here");
  await next();
  expect(observer.getCurrentResult()).toMatchObject({ status: "success", data: "here", error: null });
  expect(new Set(seen)).toEqual(new Set(["error", "success"]));
});

it("a query does not keep a 401 error during a retry", async () => {
  const { observer } = await watchAndRefuse(new ApiError(401, "Sign in."));
  void client.invalidateQueries();
  await next();
  expect(observer.getCurrentResult()).toMatchObject({ status: "pending", error: null, isFetching: true });
});
