import { sql } from "drizzle-orm";
import { afterAll, beforeAll, expect, it } from "vitest";
import { buildFlow, buildStep } from "#core/testing/flow-builder.ts";
import { createRecordStoreForRuns } from "#server/records/run-records.ts";
import type { Store } from "#server/store/store.ts";
import { KNOWN_HEAVY_REQUEST_KINDS, generateHeavyRequests } from "#server/testing/heavy-requests.ts";
import { EventLoopBlockMonitor } from "#server/testing/loop-probe.ts";
import { openTestStore } from "#server/testing/open-test-store.ts";
import { createFlowRunHarness } from "#server/testing/run-harness.ts";
import { type TestApp, startTestApp } from "#server/testing/test-app.ts";

const isLong = process.env["FUZZ_REQUESTS"] !== undefined;
const SHORT = process.env["FULL_RUN"] === undefined ? KNOWN_HEAVY_REQUEST_KINDS : 60;
const KINDS = isLong ? 400 : SHORT;
const SEED = isLong ? Date.now() : 20_261_126;

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

it(
  `heavy requests of ${KINDS} kinds (seed ${SEED}) are answered without a server error`,
  { timeout: 120_000 + KINDS * 10_000 },
  async () => {
    const { id } = await app.create(buildFlow("Heavy", [buildStep("a")]));
    const probe = new EventLoopBlockMonitor();
    const requests = generateHeavyRequests({ count: KINDS, seed: SEED, flowId: id });
    for (const { name, method, path, options } of requests) {
      const { text, form, headers } = options;
      const body = form ?? text;
      const request = new Request(`http://localhost:4400${path}`, {
        method,
        ...(headers && { headers }),
        ...(body !== undefined && { body }),
      });
      probe.note("nothing");
      const response = await app.fetch(request);
      await response.arrayBuffer();
      probe.note(`${name} (${text?.slice(0, 200) ?? path})`);
      expect(response.status, name).toBeLessThan(500);
    }
    probe.stop("heavy requests");
  },
);
