import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { Client } from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startAlertReceivers } from "#server/testing/alert-receivers.ts";
import { unpackTestStore } from "#server/testing/open-test-store.ts";
import { createTestDatabase } from "#server/testing/postgres-server.ts";
import { createFailingStep } from "#server/testing/run-data.ts";
import { ServerFleet } from "#server/testing/server-fleet.ts";
import { buildTestServer } from "#server/testing/server-process.ts";
import type { StorePlace } from "#server/testing/stopped-store.ts";
import { getTestPostgresUrl } from "#server/testing/test-stores.ts";

const KILLS = process.env["FULL_RUN"] === undefined ? 1 : 20;
const FLOWS = 4;
/** Attempts at the same target at once. */
const AT_ONCE = 2;

let main: string;
const root = mkdtempSync(join(tmpdir(), "flowline-alerts-"));
beforeAll(async () => {
  main = await buildTestServer();
});
afterAll(() => {
  for (const path of [root, dirname(main)]) rmSync(path, { recursive: true, force: true });
});

interface Delivery {
  readonly id: string;
  readonly state: string;
}

/** Kills all servers while an address does not answer, as often as `KILLS` says, then lets it answer. */
async function surviveKills(store: StorePlace): Promise<void> {
  const receivers = await startAlertReceivers();
  receivers.answer = () => undefined;
  const fleet = await ServerFleet.open({
    main,
    store,
    servers: "databaseUrl" in store ? 2 : 1,
    env: () => ({ FLOWLINE_ALLOW_PRIVATE_HTTP: receivers.place }),
  });
  const { names } = fleet;
  try {
    const { id: alertId } = await fleet.call<{ readonly id: string }>("POST", "/local/alerts", {
      flowId: null,
      conditions: ["fails"],
      notRunMinutes: null,
      target: { type: "webhook", url: `http://${receivers.place}/` },
      isEnabled: true,
    });
    for (let flow = 0; flow < FLOWS; flow += 1) {
      const id = await fleet.createFlow(`Flow ${flow}`, [createFailingStep("a")]);
      await fleet.call("POST", "/v1/dispatch", { flow: { id } });
    }
    let before = 0;
    for (let kill = 0; kill < KILLS; kill += 1) {
      while (receivers.requests.length === before) await wait(20);
      await Promise.all(names.map((name) => fleet.end(name, "SIGKILL")));
      before = receivers.requests.length;
      if ("databaseUrl" in store) await expireJobs(store.databaseUrl);
      if (kill === KILLS - 1) receivers.answer = () => 204;
      await Promise.all(names.map((name) => fleet.start(name)));
    }
    const list = async () =>
      (
        await fleet.callUntilAnswered<{ readonly deliveries: readonly Delivery[] }>(
          "GET",
          `/local/alerts/${alertId}/deliveries`,
        )
      ).deliveries;
    while ((await list()).some(({ state }) => state !== "sent")) await wait(100);
    const ids = (await list()).map((delivery) => delivery.id);
    expect(ids).toHaveLength(FLOWS);
    const received = receivers.requests.map(({ headers }) => headers["webhook-id"] ?? "");
    expect(new Set(received)).toEqual(new Set(ids));
    expect(received.length - ids.length).toBeLessThanOrEqual(KILLS * names.length * AT_ONCE);
  } finally {
    await fleet.close();
    await receivers.close();
  }
}

/** As if the time had passed after which the jobs of killed servers are given to others. */
async function expireJobs(url: string): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  await client.query(
    "UPDATE pgboss.job SET started_on = now() - interval '1 hour' WHERE name = 'flowline-alerts' AND state = 'active'",
  );
  await client.end();
}

describe.concurrent("servers killed while they send alerts", () => {
  it(
    "send each alert after a restart, those in flight again with the same id (embedded)",
    { timeout: 300_000 },
    async () => surviveKills({ directory: await unpackTestStore(join(root, "alerts")) }),
  );

  const postgres = getTestPostgresUrl();
  it.skipIf(postgres === undefined)(
    "leave each alert to others, which send those in flight again with the same id (PostgreSQL)",
    { timeout: 300_000 },
    async () => {
      const { url, drop } = await createTestDatabase(postgres ?? "");
      try {
        await surviveKills({ databaseUrl: url });
      } finally {
        await drop();
      }
    },
  );
});
