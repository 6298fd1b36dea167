import { createServer } from "node:http";
import { pino } from "pino";
import { expect, it, vi } from "vitest";
import { PAGE_USER_IDENTITY_HEADER } from "#contract/local.ts";
import { EventHub } from "#server/events/event-hub.ts";
import { ServerSentEventReader } from "#server/testing/event-reader.ts";
import { startTestApp } from "#server/testing/test-app.ts";
import { describeSuiteForServers } from "#server/testing/test-stores.ts";
import { FAKE_UPSTREAM_API_KEY, listenUntilTestEnds } from "#server/testing/upstream.ts";
import { AccountStore } from "./account-store.ts";
import { CloudEvents } from "./events.ts";
import { CloudTags } from "./tags.ts";
import { UpstreamClient } from "./upstream.ts";

const logger = pino({ level: "silent" });

describeSuiteForServers("two servers before connected APIs, on one database", 2, (stores) => {
  const startServers = (key: string) =>
    Promise.all(
      stores().map(async (store) => {
        const upstream = { url: "http://127.0.0.1:9", key, ms: 1000 };
        const accountStore = new AccountStore({
          account: upstream,
          open: async () => store,
          exists: () => true,
          findObstacle: () => undefined,
          logger,
        });
        const hub = new EventHub();
        await hub.listenTo(store);
        const { organizationId } = accountStore;
        const openStream = () =>
          new ServerSentEventReader(
            hub.open({
              caller: { organizationId, scopes: ["*"] },
              lastEventId: undefined,
              disconnect: () => undefined,
            }),
          );
        const tags = new CloudTags(accountStore, new UpstreamClient(upstream, 1000, logger), logger);
        return { tags, events: new CloudEvents(hub, accountStore), openStream };
      }),
    );

  it("publish the changes of an account to the pages of both, and to no other account’s", async () => {
    const [first, second] = await startServers("key one");
    const [other] = await startServers("key two");
    const streams = [first, second, other].map((server) => server?.openStream());
    for (const stream of streams) await stream?.next();
    const origin = { caller: { keyName: "Ann" }, headers: { tab: "tab_1" } };
    first?.events.publishChange(origin, "updated", "flow_1", "token");
    other?.events.publishChange(origin, "updated", "flow_2");
    const data = {
      id: "flow_1",
      change: "updated",
      versionToken: "token",
      by: { tabId: "tab_1", key: "Ann" },
    };
    for (const stream of streams.slice(0, 2)) expect(await stream?.next()).toMatchObject({ data });
    expect(await streams[2]?.next()).toMatchObject({ data: { id: "flow_2" } });
  });

  it("combine changes of one flow’s tags that arrive at the same moment", async () => {
    const [first, second] = await startServers("key three");
    const names = Array.from({ length: 8 }, (_, index) => `tag ${index}`);
    const change = async (server: typeof first, name: string) =>
      server?.tags.change("flow_1", { add: [name] });
    await Promise.all(names.flatMap((name) => [change(first, name), change(second, name)]));
    expect(await first?.tags.findTagsOfFlow("flow_1")).toEqual(names);
    expect((await second?.tags.list(""))?.tags).toEqual(names.map((name) => ({ name, flows: 1 })));
    await second?.tags.forget("flow_1");
    expect(await first?.tags.list("")).toEqual({ tags: [], hasMore: false });
  });
  it("carry out a request once that both get at the same moment", async () => {
    const held: (() => void)[] = [];
    const api = createServer((_request, response) => {
      const answer = () => response.setHeader("content-type", "application/json").end('{"success":true}');
      if (held.push(answer) > 1) answer();
    });
    const env = { RUNTYPE_API_KEY: FAKE_UPSTREAM_API_KEY, RUNTYPE_API_URL: await listenUntilTestEnds(api) };
    const [first, second] = await Promise.all(stores().map((store) => startTestApp(store, { env })));
    const headers = { "idempotency-key": "key-1", [PAGE_USER_IDENTITY_HEADER]: "" };
    const publish = async (app: typeof first) =>
      app?.call("POST", "/v1/flows/flow_1/publish", { body: {}, headers });
    const begun = publish(first);
    await vi.waitFor(() => expect(held).toHaveLength(1));
    expect((await publish(second))?.json).toMatchObject({ details: [{ code: "REQUEST_IN_FLIGHT" }] });
    held[0]?.();
    const answer = { status: 200, json: { success: true } };
    expect(await begun).toMatchObject(answer);
    expect(await publish(second)).toMatchObject(answer);
    expect(held).toHaveLength(1);
  });
});
