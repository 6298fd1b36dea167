import { beforeEach, expect, it } from "vitest";
import { buildFlow, buildStep } from "#core/testing/flow-builder.ts";
import { serverEventSchemas } from "#contract/events.ts";
import type { ReceivedServerSentEvent } from "#server/testing/event-reader.ts";
import { type TestApp, startTestApp } from "#server/testing/test-app.ts";
import { describeSuiteForEitherStore } from "#server/testing/test-stores.ts";

const flow = buildFlow("Digest", [buildStep("a"), buildStep("b")]);
const ready = { event: "ready", data: {}, id: expect.any(String) };
const resync = { event: "resync", data: {}, id: expect.any(String) };

describeSuiteForEitherStore("events", (store) => {
  let app: TestApp;
  beforeEach(async () => {
    app = await startTestApp(store());
    await (await listenFromNow()).close();
  });
  const rename = (id: string, name: string, headers: Record<string, string> = {}) =>
    app.call("PUT", `/v1/flows/${id}`, { body: { name }, headers });

  /**
   * Opens a stream and waits for all events of earlier writes, because PostgreSQL delivers notifications with a delay.
   */
  const listenFromNow = async () => {
    const events = await app.listen();
    const data = JSON.stringify({ id: `mark ${Math.random()}` });
    await store().write(async (_tx, publish) =>
      publish({ organizationId: "org_local", event: "flow.deleted", data }),
    );
    for (let next = await events.next(); JSON.stringify(next?.data) !== data;) next = await events.next();
    return events;
  };

  it("are published for every change, with the tab that made it", async () => {
    const events = await app.listen();
    expect(await events.next()).toEqual(ready);
    const { id, versionToken } = await app.create(flow);
    const renamed = await rename(id, "Report", { "x-flowline-tab": "tab_1" });
    await app.call("POST", `/v1/flows/${id}/publish`);
    await app.call("DELETE", `/v1/flows/${id}`);
    const unknown = { tabId: null, key: null };
    const token = renamed.json.versionToken;
    const received = await events.take(4);
    expect(received).toMatchObject([
      { event: "flow.changed", data: { id, change: "created", revision: 1, versionToken, by: unknown } },
      {
        event: "flow.changed",
        data: { id, change: "updated", revision: 2, versionToken: token, by: { tabId: "tab_1", key: null } },
      },
      {
        event: "flow.changed",
        data: { id, change: "published", revision: 2, versionToken: token, by: unknown },
      },
      { event: "flow.deleted", data: { id, by: unknown } },
    ]);
    for (const { event, data } of received as readonly ReceivedServerSentEvent[])
      expect(serverEventSchemas[event as keyof typeof serverEventSchemas].safeParse(data).success).toBe(true);
    await events.close();
  });

  it("are not published for writes that change nothing or are refused", async () => {
    const { id, draftVersionId } = await app.create(flow);
    await app.call("POST", `/v1/flows/${id}/publish`);
    const events = await listenFromNow();
    await rename(id, "Digest");
    await rename(id, "Late", { "if-match": '"9-0000"' });
    await rename(id, "");
    await app.call("POST", `/v1/flows/${id}/publish`);
    await app.call("POST", `/v1/flow-versions/${id}/publish`, { body: { versionId: draftVersionId } });
    await app.call("DELETE", "/v1/flows/flow_none");
    await rename(id, "Report");
    expect(await events.next()).toMatchObject({ event: "flow.changed", data: { revision: 2 } });
    await events.close();
  });

  it.each([
    ["empty", ""],
    ["with a space", "a tab"],
    ["of 101 characters", "x".repeat(101)],
    ["with markup", '"><script>'],
    ["with a colon", "tab:1"],
  ])("do not contain an invalid tab id: %s", async (_, tab) => {
    const events = await app.listen();
    await events.next();
    await app.call("POST", "/v1/flows", { body: flow, headers: { "x-flowline-tab": tab } });
    expect(await events.next()).toMatchObject({ data: { by: { tabId: null } } });
    await events.close();
  });

  it("are sent only after the change can be read", async () => {
    const { id } = await app.create(flow);
    const events = await listenFromNow();
    for (let revision = 2; revision < 12; revision += 1) {
      const written = rename(id, `Report ${revision}`);
      const received = await events.next();
      expect((await app.call("GET", `/v1/flows/${id}`)).json.versionToken).toBe(received?.data.versionToken);
      await written;
    }
    await events.close();
  });

  it("resume after the last event id, in a header or in the query", async () => {
    const events = await app.listen();
    const start = await events.next();
    const { id } = await app.create(flow);
    const created = await events.next();
    await events.close();
    await rename(id, "Second");
    await rename(id, "Third");
    await (await listenFromNow()).close();
    const missed = [{ data: { revision: 2 } }, { data: { revision: 3 } }, { event: "flow.deleted" }];

    const later = await app.listen({ headers: { "last-event-id": created?.id ?? "" } });
    expect(await later.take(4)).toMatchObject([...missed, ready]);
    const elsewhere = await app.listen({ query: `?lastEventId=${start?.id}` });
    expect(await elsewhere.take(5)).toMatchObject([created, ...missed, ready]);
    // When a browser reconnects, the URL still has the first event's id, and the header has the id of the latest event.
    const again = await app.listen({
      query: `?lastEventId=${start?.id}`,
      headers: { "last-event-id": created?.id ?? "" },
    });
    expect(await again.take(4)).toMatchObject([...missed, ready]);
    const end = (await (await app.listen({ headers: { "last-event-id": created?.id ?? "" } })).take(4)).at(
      -1,
    );
    const upToDate = await app.listen({ headers: { "last-event-id": end?.id ?? "" } });
    expect(await upToDate.next()).toEqual(ready);
  });

  it("begin with a resync when the last event id is unknown", async () => {
    const unknown = await app.listen({ headers: { "last-event-id": "long-gone" } });
    expect(await unknown.next()).toEqual(resync);

    const events = await app.listen();
    const { id } = await app.create(flow);
    const [, created] = await events.take(2);
    const another = await startTestApp(store());
    const after = await another.listen({ headers: { "last-event-id": created?.id ?? "" } });
    expect(await after.next()).toEqual(resync);

    // The other server has received all events since it started, so a client may resume there.
    const [, received] = await Promise.all([rename(id, "Name 2"), after.next()]);
    for (let revision = 3; revision < 140; revision += 1) await rename(id, `Name ${revision}`);
    await (await listenFromNow()).close();
    const elsewhere = await another.listen({ headers: { "last-event-id": received?.id ?? "" } });
    const missed = await elsewhere.take(139);
    expect(missed.at(-1)?.event).toBe("ready");
    expect(missed.filter((event) => event?.event === "flow.changed")).toHaveLength(137);
  });

  it("are streamed with headers that keep proxies from caching, buffering or compressing them", async () => {
    const answer = await app.call("HEAD", "/local/events");
    expect([answer.status, answer.text]).toEqual([200, ""]);
    expect(answer.headers.get("content-type")).toBe("text/event-stream; charset=utf-8");
    expect(answer.headers.get("cache-control")).toBe("private, no-store, no-transform");
    expect(answer.headers.get("x-accel-buffering")).toBe("no");
  });

  it("are sent and replayed only to clients of the organization that made the change", async () => {
    const events = await app.listen();
    const start = await events.next();
    const published = { event: "flow.deleted", data: `{"id":"flow_1","by":{"tabId":null,"key":null}}` };
    await store().write(async (_tx, publish) => publish({ organizationId: "org_other", ...published }));
    await store().write(async (_tx, publish) => publish({ organizationId: "org_local", ...published }));
    const received = await events.next();
    const later = await app.listen({ headers: { "last-event-id": start?.id ?? "" } });
    expect(await later.take(2)).toEqual([received, ready]);
  });

  it("are not sent for a rolled-back write", async () => {
    const events = await app.listen();
    await events.next();
    const published = { organizationId: "org_local", event: "flow.deleted" };
    const failed = store().write(async (_tx, publish) => {
      publish({ ...published, data: `{"id":"never"}` });
      throw new Error("rolled back");
    });
    await expect(failed).rejects.toThrow("rolled back");
    await store().write(async (_tx, publish) => publish({ ...published, data: `{"id":"done"}` }));
    expect(await events.next()).toMatchObject({ data: { id: "done" } });
    await events.close();
  });

  it("are available if the capabilities say so; if extensions are off, the endpoint of events answers 404", async () => {
    const { json } = await app.call("GET", "/local/capabilities");
    expect(json.features.events).toBe(true);
    const off = await startTestApp(store(), { env: { EXTRAS: "0" } });
    expect((await off.call("GET", "/local/capabilities")).json.features.events).toMatch(/FLOWLINE_EXTRAS/);
    expect((await off.call("GET", "/local/events")).status).toBe(404);
    expect((await off.call("POST", "/local/events")).status).toBe(405);
    const events = await app.listen();
    await events.next();
    await off.create(flow);
    await app.create(flow);
    expect(await events.next()).toMatchObject({ data: { change: "created" } });
    await events.close();
  });
});

it("the server needs no store to send events in cloud mode", async () => {
  const app = await startTestApp(undefined, { env: { RUNTYPE_API_KEY: "k", RUNTYPE_API_URL: "http://x" } });
  expect((await app.call("GET", "/local/capabilities")).json.features.events).toBe(true);
  const events = await app.listen();
  expect((await events.next())?.event).toBe("ready");
  await events.close();
});
