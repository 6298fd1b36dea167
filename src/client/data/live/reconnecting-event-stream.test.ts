import { type Mock, afterEach, beforeEach, expect, it, vi } from "vitest";
import { createStore } from "zustand/vanilla";
import { NetworkError } from "#client/data/api/api-error.ts";
import { type ServerEventMessage, ReconnectingEventStream } from "./reconnecting-event-stream.ts";

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
let heard: ServerEventMessage[];
const offlineStore = createStore(() => false);
let report: Mock<(error: unknown) => void>;
let onRefused: Mock<() => void>;
let stream: ReconnectingEventStream;

function begin(options: { readonly since?: string; readonly identity?: string } = { since: "start" }) {
  stream = new ReconnectingEventStream({
    since: options.since,
    identity: options.identity,
    onHeard: (event) => heard.push(event),
    onRefused,
    openSource: (url) => {
      const source = new FakeSource(url);
      sources.push(source);
      return source as unknown as EventSource;
    },
    connection: { isOffline: offlineStore.getState, report, subscribe: offlineStore.subscribe },
  });
}
const latest = () => sources.at(-1)!;

beforeEach(() => {
  vi.useFakeTimers();
  offlineStore.setState(false);
  [sources, heard, report, onRefused] = [[], [], vi.fn(), vi.fn()];
});
afterEach(() => {
  stream.close();
  expect(vi.getTimerCount()).toBe(0);
});

const flowChanged = { id: "flow_1", change: "updated", revision: 2, by: { tabId: null, key: null } };

it("the stream forwards events, and resumes after the last event id when it ends", async () => {
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
  // Expects that `report` receives no error when a started stream ends, because the server ends every stream after a
  // time limit.
  expect(report.mock.calls).toEqual([[undefined]]);
});

it("the stream identifies the page's user in a URL parameter, since an EventSource cannot set headers", () => {
  begin({ since: "start", identity: "key_1" });
  expect(latest().url).toBe("/local/events?lastEventId=start&identity=key_1");
});

it("the stream requests a resync if it started without an event id", () => {
  begin({});
  expect(latest().url).toBe("/local/events");
  latest().send("ready", "one");
  expect(heard).toEqual([{ name: "resync", id: "one", data: {} }]);
});

it("the stream requests a resync for an event that it cannot parse", () => {
  begin();
  latest().send("ready", "one");
  latest().send("flow.changed", "two", { id: "flow_1", change: "imagined" });
  expect(heard.at(-1)).toEqual({ name: "resync", id: "two", data: {} });
});

it("the stream backs off exponentially when the server refuses it, and reports each refusal", async () => {
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

it("the stream reports an unreachable server, and reconnects once the server is back", async () => {
  begin();
  latest().fail(0);
  expect(report.mock.calls).toEqual([[expect.any(NetworkError)]]);
  offlineStore.setState(true);
  await vi.advanceTimersByTimeAsync(120_000);
  expect(sources).toHaveLength(1);
  offlineStore.setState(false);
  await vi.advanceTimersByTimeAsync(1500);
  expect(sources).toHaveLength(2);
});

it("the stream reconnects when heartbeats stop", async () => {
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
