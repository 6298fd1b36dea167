import { type Mock, afterEach, beforeEach, expect, it, vi } from "vitest";
import { NetworkError } from "./api-error.ts";
import { type HeardEvent, ServerStream } from "./server-stream.ts";

/** A stream in the test's hands. */
class FakeSource extends EventTarget {
  readonly url: string;
  readyState = 0;

  constructor(url: string) {
    super();
    this.url = url;
  }

  send(name: string, id: string, data: unknown = {}): void {
    this.dispatchEvent(new MessageEvent(name, { data: JSON.stringify(data), lastEventId: id }));
  }

  fail(readyState: 0 | 2): void {
    this.readyState = readyState;
    this.dispatchEvent(new Event("error"));
  }

  close(): void {
    this.readyState = 2;
  }
}

let sources: FakeSource[];
let heard: HeardEvent[];
let isOffline: boolean;
let tellConnection: () => void;
let report: Mock<(error: unknown) => void>;
let onRefused: Mock<() => void>;
let stream: ServerStream;

function begin({ since }: { readonly since?: string } = { since: "start" }) {
  stream = new ServerStream({
    since,
    onHeard: (event) => heard.push(event),
    onRefused,
    openSource: (url) => {
      const source = new FakeSource(url);
      sources.push(source);
      return source as unknown as EventSource;
    },
    connection: {
      isOffline: () => isOffline,
      report,
      subscribe: (listener) => {
        tellConnection = listener;
        return () => true;
      },
    },
  });
}
const latest = () => sources.at(-1)!;

beforeEach(() => {
  vi.useFakeTimers();
  [sources, heard, isOffline, report, onRefused] = [[], [], false, vi.fn(), vi.fn()];
});
afterEach(() => {
  stream.close();
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
});

const flowChanged = { id: "flow_1", change: "updated", revision: 2, by: { tabId: null, key: null } };

it("hands on what it hears, and goes on after the last of it when the stream ends", async () => {
  begin();
  expect(latest().url).toBe("/local/events?lastEventId=start");
  latest().send("ready", "one");
  latest().send("flow.changed", "two", flowChanged);
  latest().send("heartbeat", "two");
  latest().fail(0);
  await vi.advanceTimersByTimeAsync(1500);
  expect(sources.map(({ url }) => url.split("=")[1])).toEqual(["start", "two"]);
  expect(heard.map(({ name }) => name)).toEqual(["ready", "flow.changed"]);
  expect(heard[1]?.data).toEqual(flowChanged);
  // A stream that ends after it had begun is nothing to complain of: the server lets none go on for ever.
  expect(report.mock.calls).toEqual([[undefined]]);
});

it("does not claim to have missed nothing when it does not know where it began", () => {
  begin({});
  expect(latest().url).toBe("/local/events");
  latest().send("ready", "one");
  expect(heard).toEqual([{ name: "resync", id: "one", data: {} }]);
});

it("takes what it cannot read for something missed", () => {
  begin();
  latest().send("ready", "one");
  latest().send("flow.changed", "two", { id: "flow_1", change: "imagined" });
  expect(heard.at(-1)).toEqual({ name: "resync", id: "two", data: {} });
});

it("comes back ever more slowly to a server that refuses, and tells each time", async () => {
  begin();
  for (let attempt = 1; attempt <= 12; attempt += 1) {
    latest().fail(2);
    expect(onRefused).toHaveBeenCalledTimes(attempt);
    await vi.advanceTimersByTimeAsync(Math.min(1000 * 2 ** (attempt - 1), 30_000) * 1.5);
    expect(sources).toHaveLength(attempt + 1);
  }
  expect(report).not.toHaveBeenCalled();
  latest().send("ready", "one");
  latest().fail(0);
  await vi.advanceTimersByTimeAsync(1500);
  expect(sources).toHaveLength(14);
});

it("says when there seems to be no server, and comes back once there is one", async () => {
  begin();
  latest().fail(0);
  expect(report.mock.calls).toEqual([[expect.any(NetworkError)]]);
  isOffline = true;
  tellConnection();
  await vi.advanceTimersByTimeAsync(120_000);
  expect(sources).toHaveLength(1);
  isOffline = false;
  tellConnection();
  await vi.advanceTimersByTimeAsync(1500);
  expect(sources).toHaveLength(2);
});

it("gives up a stream that is silent for longer than its heartbeats allow", async () => {
  begin();
  latest().send("ready", "one");
  for (let beat = 0; beat < 10; beat += 1) {
    await vi.advanceTimersByTimeAsync(15_000);
    latest().send("heartbeat", "one");
  }
  expect(sources).toHaveLength(1);
  await vi.advanceTimersByTimeAsync(45_000);
  expect(sources).toHaveLength(2);
  expect(sources[0]?.readyState).toBe(2);
});
