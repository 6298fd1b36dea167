import { sql } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { buildFlow, buildStep } from "#core/flow-builder.ts";
import type { EventReader } from "#server/testing/event-reader.ts";
import { type TestApp, startTestApp } from "#server/testing/test-app.ts";
import { createDatabase } from "#server/testing/postgres-server.ts";
import { findPostgres } from "#server/testing/test-stores.ts";
import { openPostgresStore } from "./postgres-store.ts";
import type { Store } from "./store.ts";

const postgres = findPostgres();
const flow = buildFlow("Digest", [buildStep("a")]);

describe.skipIf(postgres === undefined)("two servers on one PostgreSQL", () => {
  let stores: readonly Store[];
  let apps: readonly [TestApp, TestApp];
  let drop: () => Promise<void>;
  const troubles: Error[] = [];
  beforeAll(async () => {
    const database = await createDatabase(postgres ?? "");
    drop = database.drop;
    const openOne = () => openPostgresStore(database.url, (error) => troubles.push(error));
    const [first, second] = [await openOne(), await openOne()];
    stores = [first, second];
    apps = [await startTestApp(first), await startTestApp(second)];
  });
  afterAll(async () => {
    for (const store of stores) await store.close();
    await drop();
  });

  it("each hear what is written through the other, in one order and by the same ids", async () => {
    const readers = [await apps[0].listen(), await apps[1].listen()] as const;
    for (const reader of readers) await reader.next();
    const [here, there] = [await apps[0].create(flow), await apps[1].create(flow)];
    const heard = await readers[0].take(2);
    expect(heard.map((event) => event?.data.id)).toEqual([here.id, there.id]);
    expect(await readers[1].take(2)).toEqual(heard);
    for (const reader of readers) await reader.close();
  });

  it("let a client that was with one go on with the other", async () => {
    const [reader, witness] = [await apps[0].listen(), await apps[1].listen()];
    await apps[1].create(flow);
    const last = await next(reader, "flow.changed");
    expect(await next(witness, "flow.changed")).toEqual(last);
    for (const each of [reader, witness]) await each.close();
    const { id } = await apps[0].create(flow);
    const other = await apps[1].listen({ headers: { "last-event-id": last?.id ?? "" } });
    expect(await next(other, "flow.changed")).toMatchObject({ data: { id } });
    await other.close();
  });

  it("ask everybody to read again after the connection that hears was lost, and go on", async () => {
    const reader = await apps[0].listen();
    await reader.next();
    const lost = troubles.length;
    await stores[0]?.database.execute(
      sql`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'LISTEN%' AND datname = current_database()`,
    );
    expect(await next(reader, "resync")).toBeDefined();
    expect(troubles.length).toBeGreaterThan(lost);
    const { id } = await apps[1].create(flow);
    expect(await next(reader, "flow.changed")).toMatchObject({ data: { id } });
    await reader.close();
  });
});

/** The next event of this name; the position that a stream begins with may come before or after what was just written. */
async function next(reader: EventReader, name: string) {
  for (;;) {
    const heard = await reader.next();
    if (!heard || heard.event === name) return heard;
  }
}
