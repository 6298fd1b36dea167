import { type AddressInfo, connect } from "node:net";
import { setImmediate as nextTurn } from "node:timers/promises";
import { pino } from "pino";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { readConfig } from "#server/config.ts";
import { createApp } from "#server/http/create-app.ts";
import { createHttpServer } from "#server/listen.ts";
import { openTestStore } from "#server/testing/open-test-store.ts";
import { mintNewsId } from "#server/store/news.ts";
import { EventReader } from "#server/testing/event-reader.ts";
import { EventHub } from "./event-hub.ts";

let hub: EventHub;
beforeEach(() => {
  hub = new EventHub();
});
afterEach(() => vi.useRealTimers());

const organizationId = "org";
const open = (disconnect = () => {}) => hub.open({ organizationId, lastEventId: undefined, disconnect });
const tell = (text = "") =>
  hub.onNews({ id: mintNewsId(), organizationId, event: "flow.deleted", data: JSON.stringify({ id: text }) });

it("cuts off a reader who does not read, and nobody else", async () => {
  const disconnect = vi.fn();
  open(disconnect);
  const reader = new EventReader(open());
  await reader.next();
  for (let count = 0; count < 100; count += 1) {
    tell("x".repeat(1000));
    await reader.next();
  }
  expect(disconnect).toHaveBeenCalledOnce();
  tell("last");
  expect(await reader.next()).toMatchObject({ data: { id: "last" } });
});

it("lets a reader who was away have everything that is kept, at once", async () => {
  const start = (await new EventReader(open()).next())?.id;
  const names = Array.from({ length: 127 }, (_, count) => `flow ${count} ${"x".repeat(200)}`);
  for (const name of names) tell(name);
  const disconnect = vi.fn();
  const reader = new EventReader(hub.open({ organizationId, lastEventId: start, disconnect }));
  const heard = await reader.take(128);
  expect(heard.map((event) => event?.data.id)).toEqual([...names, undefined]);
  expect(heard.at(-1)?.event).toBe("ready");
  expect(disconnect).not.toHaveBeenCalled();
});

it("tells a reader who missed more than can wait for one to read again, and does not cut them off", async () => {
  const start = (await new EventReader(open()).next())?.id;
  for (let count = 0; count < 100; count += 1) tell("x".repeat(1000));
  const disconnect = vi.fn();
  const reader = new EventReader(hub.open({ organizationId, lastEventId: start, disconnect }));
  expect(await reader.next()).toMatchObject({ event: "resync" });
  tell("next");
  expect(await reader.next()).toMatchObject({ data: { id: "next" } });
  expect(disconnect).not.toHaveBeenCalled();
});

it("tells everybody to read again after a gap, from which nobody can go on", async () => {
  const reader = new EventReader(open());
  const start = await reader.next();
  tell("before");
  hub.onGap();
  expect(await reader.take(2)).toMatchObject([{ data: { id: "before" } }, { event: "resync" }]);
  const late = new EventReader(hub.open({ organizationId, lastEventId: start?.id, disconnect: () => {} }));
  expect(await late.next()).toMatchObject({ event: "resync" });
});

it("shows that a quiet stream is alive, and ends it after some minutes", async () => {
  vi.useFakeTimers();
  const reader = new EventReader(open());
  await reader.next();
  await vi.advanceTimersByTimeAsync(15_000);
  expect((await reader.next())?.event).toBe("heartbeat");
  await vi.advanceTimersByTimeAsync(6 * 60_000);
  const events: (string | undefined)[] = [];
  for (let heard = await reader.next(); heard; heard = await reader.next()) events.push(heard.event);
  expect(new Set(events)).toEqual(new Set(["heartbeat"]));
  expect(vi.getTimerCount()).toBe(0);
});

it("knows a position before what was told in the last seconds", async () => {
  vi.useFakeTimers();
  hub = new EventHub();
  expect(hub.recentPosition).toBeUndefined();
  vi.advanceTimersByTime(20_000);
  tell("just now");
  const lastEventId = hub.recentPosition;
  const reader = new EventReader(hub.open({ organizationId, lastEventId, disconnect: () => {} }));
  expect(await reader.take(2)).toMatchObject([{ data: { id: "just now" } }, { event: "ready" }]);
});

it("serves a thousand streams and refuses the next, until one ends", async () => {
  const readers = Array.from({ length: 1000 }, () => new EventReader(open()));
  expect(() => open()).toThrow(expect.objectContaining({ status: 503, headers: { "retry-after": "30" } }));
  await readers[0]?.close();
  expect(() => open()).not.toThrow();
});

it("ends every stream and lets no other begin when the server is about to stop", async () => {
  const reader = new EventReader(open());
  await reader.next();
  hub.end();
  expect(await reader.next()).toBeUndefined();
  expect(() => open()).toThrow(expect.objectContaining({ status: 503 }));
});

it("holds no connection open for a client that takes nothing from its socket", async () => {
  const store = await openTestStore();
  const place = { port: 0 };
  const app = await createApp({
    runs: undefined,
    config: readConfig({}),
    store,
    events: hub,
    logger: pino({ level: "silent" }),
    now: Date.now,
    port: () => place.port,
    clientDirectory: undefined,
  });
  const server = createHttpServer(app.fetch);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  place.port = (server.address() as AddressInfo).port;
  const socket = connect(place.port, "127.0.0.1").pause();
  socket.on("error", () => undefined);
  socket.write(`GET /local/events HTTP/1.1\r\nHost: localhost:${place.port}\r\n\r\n`);
  const connections = () =>
    new Promise<number>((resolve) => server.getConnections((_, count) => resolve(count)));
  await vi.waitFor(() => expect(hub.streams).toBe(1));
  while (hub.streams > 0) {
    hub.onNews({
      id: mintNewsId(),
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
