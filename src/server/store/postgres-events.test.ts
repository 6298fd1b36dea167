import { sql } from "drizzle-orm";
import { beforeAll, expect, it } from "vitest";
import { buildFlow, buildStep } from "#core/testing/flow-builder.ts";
import type { ServerSentEventReader } from "#server/testing/event-reader.ts";
import { type TestApp, startTestApp } from "#server/testing/test-app.ts";
import { describeSuiteForServers } from "#server/testing/test-stores.ts";

const flow = buildFlow("Digest", [buildStep("a")]);

describeSuiteForServers("two servers on one PostgreSQL", 2, (stores) => {
  let apps: readonly [TestApp, TestApp];
  beforeAll(async () => {
    apps = (await Promise.all(stores().map((store) => startTestApp(store)))) as [TestApp, TestApp];
  });

  it("publish all changes in the same order with the same ids", async () => {
    const readers = [await apps[0].listen(), await apps[1].listen()] as const;
    for (const reader of readers) await reader.next();
    const [here, there] = [await apps[0].create(flow), await apps[1].create(flow)];
    const heard = await readers[0].take(2);
    expect(heard.map((event) => event?.data.id)).toEqual([here.id, there.id]);
    expect(await readers[1].take(2)).toEqual(heard);
    for (const reader of readers) await reader.close();
  });

  it("let a client of one server resume its event stream on the other server", async () => {
    const [reader, otherReader] = [await apps[0].listen(), await apps[1].listen()];
    await apps[1].create(flow);
    const last = await next(reader, "flow.changed");
    expect(await next(otherReader, "flow.changed")).toEqual(last);
    for (const each of [reader, otherReader]) await each.close();
    const { id } = await apps[0].create(flow);
    const other = await apps[1].listen({ headers: { "last-event-id": last?.id ?? "" } });
    expect(await next(other, "flow.changed")).toMatchObject({ data: { id } });
    await other.close();
  });

  it("send a resync after a LISTEN connection is lost, and continue to publish changes", async () => {
    const reader = await apps[0].listen();
    await reader.next();
    await stores()[0]?.database.execute(
      sql`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'flowline events' AND datname = current_database()`,
    );
    expect(await next(reader, "resync")).toBeDefined();
    const { id } = await apps[1].create(flow);
    expect(await next(reader, "flow.changed")).toMatchObject({ data: { id } });
    await reader.close();
  });
});

/** Skips to the next event with this name, because a new stream may still deliver events of earlier writes. */
async function next(reader: ServerSentEventReader, name: string) {
  for (;;) {
    const heard = await reader.next();
    if (!heard || heard.event === name) return heard;
  }
}
