import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { QueryPlanReader } from "#server/testing/query-plan-reader.ts";
import { getTestPostgresUrl } from "#server/testing/test-stores.ts";
import { deleteOldDeliveries, findLastDeliveries, listAlertDeliveries } from "./alert-delivery-rows.ts";
import { listAlertConditions } from "./alert-rows.ts";
import type { Database } from "./database.ts";
import { findMissingRuns } from "./missing-runs.ts";

const ORGANIZATION = "org_local";

/** 20,000 flows, half of which ran in the last 20,000 minutes, 4,000 rules and 20,000 deliveries. */
const FILL = `
  INSERT INTO flows (organization_id, id, user_id, name, name_key, steps, step_count, disabled_step_count, line, revision,
    definition_hash, last_run_at, created_at, updated_at)
  SELECT 'org_local', 'flow_' || n, 'user_local', 'F', 'f', '[]', 0, 0, '[]', 1, 'hash',
    CASE WHEN n % 2 = 0 THEN now() - n * interval '1 minute' END, now(), now() FROM generate_series(1, 20000) n;
  INSERT INTO alert_rules (organization_id, id, flow_id, conditions, target)
  SELECT 'org_local', 'alert_' || n, 'flow_' || n, '{fails}', '{}' FROM generate_series(1, 4000) n;
  INSERT INTO alert_deliveries (organization_id, id, rule_id, kind, content, created_at)
  SELECT 'org_local', 'alertsend_' || n, 'alert_' || (n % 100 + 1), 'fails', '{}', now() - n * interval '1 minute'
  FROM generate_series(1, 20000) n`;

const url = getTestPostgresUrl();
describe.skipIf(url === undefined)("the plans of queries of alerts", () => {
  let plans: QueryPlanReader;
  let database: Database;

  beforeAll(async () => {
    plans = await QueryPlanReader.open(url ?? "");
    ({ database } = plans);
    await plans.client.query(FILL);
    await plans.client.query("VACUUM ANALYZE");
    await plans.client.query("SET random_page_cost = 1.1");
  }, 120_000);
  afterAll(() => plans.close());

  const watch = (flowId: string | null) => () =>
    findMissingRuns(database, {
      organizationId: ORGANIZATION,
      flowId,
      minutes: 1000,
      watchedFrom: new Date(),
      reportedUntil: new Date(Date.now() - 1060 * 60_000),
    });

  it.each<readonly [string, () => Promise<unknown>]>([
    [
      "the rules of a run",
      () => database.transaction((tx) => listAlertConditions(tx, ORGANIZATION, "flow_7")),
    ],
    ["flows that have not run", watch(null)],
    ["whether a flow has not run", watch("flow_8")],
    ["what a rule has sent", () => listAlertDeliveries(database, ORGANIZATION, "alert_7")],
    ["the last delivery of rules", () => findLastDeliveries(database, ORGANIZATION, ["alert_7", "alert_8"])],
    ["old deliveries", () => database.transaction((tx) => deleteOldDeliveries(tx, new Date(0)))],
  ])("find %s by an index", async (_, query) => {
    const plan = await plans.explain(query);
    expect(plan.filter((line) => /Seq Scan on/.test(line))).toEqual([]);
    expect(plan.join("\n")).toMatch(/Index/);
  });

  it("flows that have not run are those whose last run left the span since the last look", async () => {
    const { count, flows, nextSeconds } = await watch(null)();
    expect(count).toBe(30);
    expect(flows).toHaveLength(10);
    expect(nextSeconds).toBeGreaterThan(0);
    expect(nextSeconds).toBeLessThanOrEqual(120);
  });
});
