import { sql } from "drizzle-orm";
import { afterAll, beforeAll, expect, it } from "vitest";
import { buildFlow, buildStep } from "#core/testing/flow-builder.ts";
import { SeededRandom } from "#core/testing/seeded-random.ts";
import { createRecordStoreForRuns } from "#server/records/run-records.ts";
import type { Store } from "#server/store/store.ts";
import { HEAVY_REQUESTS } from "#server/testing/heavy-requests.ts";
import { openTestStore } from "#server/testing/open-test-store.ts";
import { createFlowRunHarness } from "#server/testing/run-harness.ts";
import { type TestApp, startTestApp } from "#server/testing/test-app.ts";

let store: Store;
let app: TestApp;
beforeAll(async () => {
  store = await openTestStore();
  const records = createRecordStoreForRuns({ store, now: Date.now, extras: true });
  app = await startTestApp(store, { runner: createFlowRunHarness({ records }).runner });
  await store.database.execute(sql`
    INSERT INTO records (organization_id, id, user_id, type, name, name_key, metadata, created_at, updated_at)
    SELECT 'org_local', 'record_' || n, 'user_local', 'heavy', 'n' || n, 'n' || n,
      json_build_object('n', n, 'text', repeat('lorem ipsum ', n % 500)), now(), now() + n * interval '1 second'
    FROM generate_series(1, 1000) AS n`);
  await store.database.execute(sql`
    INSERT INTO records (organization_id, id, user_id, type, name, name_key, metadata, created_at, updated_at)
    SELECT 'org_local', 'record_keys_' || n, 'user_local', 'keys', 'n' || n, 'n' || n, metadata, now(), now()
    FROM generate_series(1, 6) AS n,
      (SELECT json_object_agg('k' || i, i) AS metadata FROM generate_series(1, 120000) AS i) AS keys`);
});
afterAll(async () => {
  await app.close();
  await store.close();
});

it.each(Object.entries(HEAVY_REQUESTS))("%s is answered without a server error", async (_, build) => {
  const { id } = await app.create(buildFlow("Heavy", [buildStep("a")]));
  for (const { method, path, options } of [build(new SeededRandom(20_261_126), id)].flat()) {
    const { text, form } = options;
    const body = form ?? text;
    const request = new Request(`http://localhost:4400${path}`, {
      method,
      ...(body !== undefined && { body }),
    });
    const response = await app.fetch(request);
    await response.arrayBuffer();
    expect(response.status).toBeLessThan(500);
  }
});
