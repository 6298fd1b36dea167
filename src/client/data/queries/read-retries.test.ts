import {
  InfiniteQueryObserver,
  QueryCache,
  QueryClient,
  QueryObserver,
  focusManager,
} from "@tanstack/react-query";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { describeRequestErrorForUser } from "#client/data/api/api-error.ts";
import { callEndpoint } from "#client/data/api/call-endpoint.ts";
import { readRetryOptions, retryReadAfterRequiredWait } from "./read-retries.ts";

let client: QueryClient;
let requests: string[];
let answers: (() => Response)[];

const NOW = new Date(2026, 10, 30, 14, 22).getTime();
const clock = (minutes: number) =>
  new Date(NOW + minutes * 60_000).toLocaleTimeString(undefined, { timeStyle: "short" });

beforeEach(() => {
  vi.useFakeTimers({ now: NOW });
  requests = [];
  answers = [];
  client = new QueryClient({
    queryCache: new QueryCache({ onError: retryReadAfterRequiredWait }),
    defaultOptions: { queries: { networkMode: "always", ...readRetryOptions } },
  });
  client.mount();
  vi.stubGlobal("fetch", async (path: string) => {
    requests.push(path);
    return answers.shift()?.() ?? Response.json({ data: [], pagination: PAGINATION });
  });
});
afterEach(() => {
  client.unmount();
  client.clear();
  focusManager.setFocused(undefined);
});

const PAGINATION = {
  limit: 100,
  currentOffset: 0,
  hasMore: false,
  hasPrev: false,
  nextCursor: null,
  prevCursor: null,
};

const refuse = (seconds: string | undefined, body: object | undefined) => () =>
  new Response(body && JSON.stringify(body), {
    status: 429,
    ...(seconds !== undefined && { headers: { "retry-after": seconds } }),
  });

function observeFlows() {
  const observer = new QueryObserver(client, {
    queryKey: ["flows"],
    queryFn: ({ signal }) => callEndpoint("listFlows", { signal }),
  });
  const stop = observer.subscribe(() => undefined);
  const read = () => {
    const { status, error } = observer.getCurrentResult();
    return error ? describeRequestErrorForUser(error) : status;
  };
  return { read, stop };
}

it.each([
  ["45", { error: "Slow down." }, "Slow down. Next try in 45 seconds."],
  ["600", { error: "Hourly limit reached" }, `Hourly limit reached. Next try in 10 minutes (${clock(10)}).`],
  ["7200", undefined, `Too many requests. Next try in 2 hours (${clock(120)}).`],
  [undefined, undefined, `Too many requests. Next try in 1 minute (${clock(1)}).`],
])(
  "a read that the API refuses with 429 for %s s is reported at once, and repeated at the time that was reported",
  async (wait, body, text) => {
    answers = [refuse(wait, body)];
    const { read } = observeFlows();
    await vi.advanceTimersByTimeAsync(0);
    expect(read()).toBe(text);
    await vi.advanceTimersByTimeAsync(Number(wait ?? "60") * 1000 - 1);
    focusManager.setFocused(false);
    focusManager.setFocused(true);
    await vi.advanceTimersByTimeAsync(0);
    expect(requests).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(1);
    expect(requests).toHaveLength(2);
    expect(read()).toBe("success");
  },
);

it("a read that the API refuses with 429 for a second is repeated once before it is reported", async () => {
  answers = [refuse("1", undefined), refuse("1", undefined)];
  const { read } = observeFlows();
  await vi.advanceTimersByTimeAsync(999);
  expect(read()).toBe("pending");
  await vi.advanceTimersByTimeAsync(1);
  expect(read()).toBe("Too many requests. Next try in 1 second.");
  await vi.advanceTimersByTimeAsync(1000);
  expect([requests.length, read()]).toEqual([3, "success"]);
});

it("a read that the API refuses with 429 without a wait is repeated less and less often", async () => {
  answers = Array.from({ length: 20 }, () => refuse("0", undefined));
  observeFlows();
  await vi.advanceTimersByTimeAsync(10_000);
  // Two requests each after 0, 1, 3 and 7 seconds: the second one before the page reports the error.
  expect(requests).toHaveLength(8);
});

it("a read that the API refuses with 429 is not repeated after the user has left the page", async () => {
  answers = [refuse("20", undefined)];
  const { stop } = observeFlows();
  await vi.advanceTimersByTimeAsync(1000);
  stop();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(requests).toHaveLength(1);
});

it("a read that the API refuses with 429 is not repeated by itself after more days than a timer can wait", async () => {
  answers = [refuse("2592000", undefined)];
  observeFlows();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(requests).toHaveLength(1);
});

it("a read that the API refuses with 429 for the next page of a list is repeated for this page only", async () => {
  const observer = new InfiniteQueryObserver(client, {
    queryKey: ["pages"],
    queryFn: ({ pageParam, signal }) => callEndpoint("listFlows", { query: { cursor: pageParam }, signal }),
    initialPageParam: "",
    getNextPageParam: () => "next",
  });
  observer.subscribe(() => undefined);
  await vi.advanceTimersByTimeAsync(0);
  answers = [refuse("20", undefined)];
  void observer.fetchNextPage();
  await vi.advanceTimersByTimeAsync(20_000);
  expect(requests).toEqual(["/v1/flows", "/v1/flows?cursor=next", "/v1/flows?cursor=next"]);
  expect(observer.getCurrentResult().data?.pages).toHaveLength(2);
});
