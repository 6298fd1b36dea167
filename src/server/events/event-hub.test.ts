import { connect } from "node:net";
import { setImmediate as nextTurn } from "node:timers/promises";
import { pino } from "pino";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { readServerConfig } from "#server/config/config.ts";
import { createHttpErrorResponse } from "#server/http/http-error-response.ts";
import { createHttpApp } from "#server/app/create-http-app.ts";
import { createHttpServer, startListening } from "#server/http-server.ts";
import { openTestStore } from "#server/testing/open-test-store.ts";
import { createChangeEventId } from "#server/store/change-listeners.ts";
import { ServerSentEventReader } from "#server/testing/event-reader.ts";
import { EventHub } from "./event-hub.ts";
import { ServerMetrics } from "#server/telemetry/server-metrics.ts";

let hub: EventHub;
beforeEach(() => {
  hub = new EventHub();
});
afterEach(() => vi.useRealTimers());

const organizationId = "org";
const caller = { organizationId, scopes: ["*"] };
const open = (disconnect = () => {}) => hub.open({ caller, lastEventId: undefined, disconnect });
const publish = (text = "") =>
  hub.onChange({
    id: createChangeEventId(),
    organizationId,
    event: "flow.deleted",
    data: JSON.stringify({ id: text }),
  });

it("the event hub disconnects a client that does not read, and no other client", async () => {
  const disconnect = vi.fn();
  open(disconnect);
  const reader = new ServerSentEventReader(open());
  await reader.next();
  for (let count = 0; count < 100; count += 1) {
    publish("x".repeat(1000));
    await reader.next();
  }
  expect(disconnect).toHaveBeenCalledOnce();
  publish("last");
  expect(await reader.next()).toMatchObject({ data: { id: "last" } });
});

it("the event hub replays hundreds of kilobytes of missed events, in order, to a client that resumes and reads", async () => {
  const start = (await new ServerSentEventReader(open()).next())?.id;
  const names = Array.from({ length: 1000 }, (_, count) => `flow ${count} ${"x".repeat(500)}`);
  for (const name of names) publish(name);
  const disconnect = vi.fn();
  const reader = new ServerSentEventReader(hub.open({ caller, lastEventId: start, disconnect }));
  publish("new");
  const received = await reader.take(1002);
  expect(received.map((event) => event?.data.id)).toEqual([...names, undefined, "new"]);
  expect(received.at(-2)?.event).toBe("ready");
  expect(disconnect).not.toHaveBeenCalled();
});

it("the event hub disconnects a client that resumes but does not read", async () => {
  const start = (await new ServerSentEventReader(open()).next())?.id;
  for (let count = 0; count < 200; count += 1) publish("x".repeat(1000));
  const disconnect = vi.fn();
  hub.open({ caller, lastEventId: start, disconnect });
  for (let count = 0; count < 100; count += 1) publish("y".repeat(1000));
  expect(disconnect).toHaveBeenCalledOnce();
});

it("the event hub sends a resync to a client that missed more than its buffer holds", async () => {
  const start = (await new ServerSentEventReader(open()).next())?.id;
  for (let count = 0; count < 300; count += 1) publish("x".repeat(8000));
  const disconnect = vi.fn();
  const reader = new ServerSentEventReader(hub.open({ caller, lastEventId: start, disconnect }));
  expect(await reader.next()).toMatchObject({ event: "resync" });
  publish("next");
  expect(await reader.next()).toMatchObject({ data: { id: "next" } });
  expect(disconnect).not.toHaveBeenCalled();
});

it("the event hub replays the events of five minutes, and then sends a resync", async () => {
  vi.useFakeTimers();
  hub = new EventHub();
  const start = hub.open({ caller, lastEventId: undefined, disconnect: () => {} });
  const lastEventId = (await new ServerSentEventReader(start).next())?.id;
  publish("first");
  vi.advanceTimersByTime(4 * 60_000);
  publish("second");
  const resume = () => new ServerSentEventReader(hub.open({ caller, lastEventId, disconnect: () => {} }));
  expect(await resume().take(3)).toMatchObject([
    { data: { id: "first" } },
    { data: { id: "second" } },
    { event: "ready" },
  ]);
  vi.advanceTimersByTime(4 * 60_000);
  publish("third");
  expect(await resume().next()).toMatchObject({ event: "resync" });
});

it("the event hub replays only the last progress of each batch, and record types once", async () => {
  const start = (await new ServerSentEventReader(open()).next())?.id;
  const send = (event: string, data: object) =>
    hub.onChange({ id: createChangeEventId(), organizationId, event, data: JSON.stringify(data) });
  for (let count = 1; count <= 500; count += 1) {
    send("batch.progress", { id: "batch_a", processedRecords: count });
    send("batch.progress", { id: "batch_b", processedRecords: count * 2 });
    send("records.changed", { types: ["lead"] });
    if (count % 250 === 0) send("flow.event", { eventType: "mark" });
  }
  const reader = new ServerSentEventReader(hub.open({ caller, lastEventId: start, disconnect: () => {} }));
  expect(await reader.take(6)).toMatchObject([
    { event: "flow.event" },
    { data: { id: "batch_a", processedRecords: 500 } },
    { data: { id: "batch_b", processedRecords: 1000 } },
    { event: "records.changed" },
    { event: "flow.event" },
    { event: "ready" },
  ]);
});

it("after a gap in the events, the event hub sends a resync to open streams and to clients that resume from before the gap", async () => {
  const reader = new ServerSentEventReader(open());
  const start = await reader.next();
  publish("before");
  hub.onGap();
  expect(await reader.take(2)).toMatchObject([{ data: { id: "before" } }, { event: "resync" }]);
  const late = new ServerSentEventReader(hub.open({ caller, lastEventId: start?.id, disconnect: () => {} }));
  expect(await late.next()).toMatchObject({ event: "resync" });
});

it("the event hub sends heartbeats on a quiet stream, and ends it after some minutes", async () => {
  vi.useFakeTimers();
  const reader = new ServerSentEventReader(open());
  await reader.next();
  await vi.advanceTimersByTimeAsync(15_000);
  expect((await reader.next())?.event).toBe("heartbeat");
  await vi.advanceTimersByTimeAsync(6 * 60_000);
  const events: (string | undefined)[] = [];
  for (let next = await reader.next(); next; next = await reader.next()) events.push(next.event);
  expect(new Set(events)).toEqual(new Set(["heartbeat"]));
  expect(vi.getTimerCount()).toBe(0);
});

it("a page resumes from the event that was the latest when it was served, and after a gap reads its data again", async () => {
  publish("before the page");
  const lastEventId = hub.latestEventId;
  publish("while it loads");
  const reader = new ServerSentEventReader(hub.open({ caller, lastEventId, disconnect: () => {} }));
  expect(await reader.take(2)).toMatchObject([{ data: { id: "while it loads" } }, { event: "ready" }]);
  hub.onGap();
  const late = new ServerSentEventReader(hub.open({ caller, lastEventId, disconnect: () => {} }));
  expect(await late.next()).toMatchObject({ event: "resync" });
});

function refuse(): Response | undefined {
  try {
    open();
    return undefined;
  } catch (error) {
    return error instanceof Error ? createHttpErrorResponse(error, pino({ level: "silent" })) : undefined;
  }
}

it("the event hub serves a thousand streams, and refuses more until one ends", async () => {
  const readers = Array.from({ length: 1000 }, () => new ServerSentEventReader(open()));
  const refusal = refuse();
  expect(refusal?.status).toBe(503);
  expect(refusal?.headers.get("retry-after")).toBe("30");
  await readers[0]?.close();
  expect(() => open()).not.toThrow();
});

it("the event hub ends all streams and refuses new ones when the server is stopping", async () => {
  const reader = new ServerSentEventReader(open());
  await reader.next();
  hub.end();
  expect(await reader.next()).toBeUndefined();
  expect(refuse()?.status).toBe(503);
});

it("the event hub closes the connection of a client that does not read from its socket", async () => {
  const store = await openTestStore();
  const place = { port: 0 };
  const app = await createHttpApp({
    runs: undefined,
    scheduler: undefined,
    metrics: new ServerMetrics(),
    config: readServerConfig({}),
    store,
    events: hub,
    logger: pino({ level: "silent" }),
    now: Date.now,
    monotonic: () => performance.now(),
    port: () => place.port,
    clientDirectory: undefined,
  });
  const server = createHttpServer(app.fetch);
  place.port = await startListening(server, 0, "127.0.0.1");
  const socket = connect(place.port, "127.0.0.1").pause();
  socket.on("error", () => undefined);
  socket.write(`GET /local/events HTTP/1.1\r\nHost: localhost:${place.port}\r\n\r\n`);
  const connections = () =>
    new Promise<number>((resolve) => server.getConnections((_, count) => resolve(count)));
  await vi.waitFor(() => expect(hub.streams).toBe(1));
  while (hub.streams > 0) {
    hub.onChange({
      id: createChangeEventId(),
      organizationId: "org_local",
      event: "flow.deleted",
      data: JSON.stringify({ id: "x".repeat(10_000) }),
    });
    await nextTurn();
  }
  await vi.waitFor(async () => expect(await connections()).toBe(0));
  socket.destroy();
  server.close();
  await store.close();
});
