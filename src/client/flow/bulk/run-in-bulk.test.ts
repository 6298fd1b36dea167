import { beforeEach, expect, it, vi } from "vitest";
import { ApiError, NetworkError } from "#client/data/api/api-error.ts";
import { type BulkItem, type BulkOutcome, type BulkPause, type BulkRun, runInBulk } from "./run-in-bulk.ts";

const items = "abcdefghij".split("").map((id) => ({ id, name: `Flow ${id}` }));

interface Started {
  readonly outcomes: Map<string, BulkOutcome<string>>;
  readonly pauses: (BulkPause | undefined)[];
  readonly stop: AbortController;
  readonly ended: Promise<Error | undefined>;
}

function start(
  perform: (item: BulkItem) => Promise<string>,
  options: Partial<BulkRun<BulkItem, string>> = {},
): Started {
  const outcomes = new Map<string, BulkOutcome<string>>();
  const pauses: (BulkPause | undefined)[] = [];
  const stop = new AbortController();
  const ended = runInBulk({
    items,
    perform,
    signal: stop.signal,
    onOutcome: ({ id }, outcome) => outcomes.set(id, outcome),
    onPause: (pause) => pauses.push(pause),
    ...options,
  });
  return { outcomes, pauses, stop, ended };
}

const idsOf = (outcomes: Started["outcomes"], type: BulkOutcome<string>["type"]) =>
  [...outcomes].flatMap(([id, outcome]) => (outcome.type === type ? id : []));

beforeEach(() => void vi.useFakeTimers());

it("a run over many items continues with the other items when some fail, and says why each failed", async () => {
  const errors: Record<string, Error> = {
    b: new ApiError(412, "stale"),
    d: new ApiError(404, "Flow not found."),
    e: new ApiError(500, "boom"),
  };
  const { outcomes, ended } = start(async ({ id }) => {
    if (errors[id]) throw errors[id];
    return id;
  });
  expect(await ended).toBeUndefined();
  expect(idsOf(outcomes, "done").join("")).toBe("acfghij");
  expect(outcomes.get("b")).toMatchObject({
    isStale: true,
    reason: expect.stringMatching(/changed elsewhere/),
  });
  expect(outcomes.get("d")).toMatchObject({ isStale: false, reason: "Deleted elsewhere." });
  expect(outcomes.get("e")).toMatchObject({
    isStale: false,
    reason: expect.stringMatching(/Server error .500./),
  });
});

it("a run over many items never acts on more items at once than allowed", async () => {
  let [running, mostRunning] = [0, 0];
  const { ended } = start(
    async ({ id }) => {
      running += 1;
      mostRunning = Math.max(mostRunning, running);
      await new Promise((resolve) => setTimeout(resolve, 10));
      running -= 1;
      return id;
    },
    { atOnce: 4 },
  );
  await vi.runAllTimersAsync();
  await ended;
  expect(mostRunning).toBe(4);
});

it("a run over many items completes the requests in flight when it is stopped, and starts no other", async () => {
  const { outcomes, stop, ended } = start(async ({ id }) => {
    await new Promise((resolve) => setTimeout(resolve, 10));
    return id;
  });
  await vi.advanceTimersByTimeAsync(15);
  stop.abort();
  await vi.runAllTimersAsync();
  expect(await ended).toBeUndefined();
  expect(idsOf(outcomes, "done").join("")).toBe("abcdef");
});

it("a run over many items waits as long as the server asks, and repeats the refused items", async () => {
  let refusals = 2;
  const { outcomes, pauses, ended } = start(async ({ id }) => {
    if (id === "c" && refusals-- > 0) throw new ApiError(429, "slow down", { retryAfter: 7 });
    return id;
  });
  await vi.advanceTimersByTimeAsync(6900);
  expect(outcomes.has("c")).toBe(false);
  await vi.runAllTimersAsync();
  expect(await ended).toBeUndefined();
  expect(idsOf(outcomes, "done")).toHaveLength(10);
  expect(pauses[0]).toEqual({ reason: "limited", length: 7000 });
  expect(pauses.at(-1)).toBeUndefined();
});

it("a run over many items ends a wait for the server at once when it is stopped", async () => {
  const { outcomes, stop, ended } = start(async () => {
    throw new ApiError(429, "slow down", { retryAfter: 60 });
  });
  await vi.advanceTimersByTimeAsync(10);
  stop.abort();
  expect(await ended).toBeUndefined();
  expect(outcomes.size).toBe(0);
});

it("a run over many items repeats requests that failed while the server restarted", async () => {
  const serverBackAt = Date.now() + 3000;
  const { outcomes, pauses, ended } = start(async ({ id }) => {
    if (id > "b" && Date.now() < serverBackAt) throw new NetworkError("down");
    return id;
  });
  await vi.runAllTimersAsync();
  expect(await ended).toBeUndefined();
  expect(idsOf(outcomes, "done")).toHaveLength(10);
  expect(pauses[0]?.reason).toBe("unreachable");
});

it("a run over many items stops when the server stays unreachable, and leaves the remaining items without an outcome", async () => {
  const { outcomes, ended } = start(async ({ id }) => {
    if (id > "d") throw new NetworkError("down");
    return id;
  });
  await vi.runAllTimersAsync();
  expect(await ended).toBeInstanceOf(NetworkError);
  expect(idsOf(outcomes, "done").join("")).toBe("abcd");
  expect(idsOf(outcomes, "failed").join("")).toBe("efg");
  expect(outcomes.get("e")).toMatchObject({ reason: expect.stringMatching(/may have been made/) });
});

it("a run over many items stops when the session has ended, without an outcome for the refused items", async () => {
  let isSignedOut = false;
  const { outcomes, ended } = start(
    async ({ id }) => {
      if (isSignedOut) throw new ApiError(401, "Sign in.");
      isSignedOut = id === "c";
      return id;
    },
    { atOnce: 1 },
  );
  expect(await ended).toMatchObject({ status: 401 });
  expect([...outcomes.keys()].join("")).toBe("abc");
});
