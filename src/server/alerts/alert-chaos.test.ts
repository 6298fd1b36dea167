import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { type SQL, sql } from "drizzle-orm";
import { type NodePgDatabase, drizzle } from "drizzle-orm/node-postgres";
import { Pool } from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { buildTestServer } from "#server/testing/build-test-server.ts";
import { type AlertReceivers, startAlertReceivers } from "#server/testing/alert-receivers.ts";
import { unpackTestStore } from "#server/testing/open-test-store.ts";
import { createTestDatabase } from "#server/testing/postgres-server.ts";
import { createFailingStep } from "#server/testing/run-data.ts";
import { createSampleScriptStep } from "#server/testing/sample-steps.ts";
import { ServerFleet } from "#server/testing/server-fleet.ts";
import { getTestPostgresUrl } from "#server/testing/test-stores.ts";

/** `KILLS=60` is the whole series. */
const KILLS = Number(process.env["KILLS"] ?? (process.env["FULL_RUN"] === undefined ? 3 : 20));
const SERVERS = 3;
const FLOWS = 4;
/** Attempts at the same target at once, on all servers together. */
const AT_ONCE = 2;
/** Fewer than the attempts after which a delivery counts as failed. */
const MAX_REFUSALS = 4;

let main: string;
const root = mkdtempSync(join(tmpdir(), "flowline-alerts-"));
beforeAll(async () => {
  main = await buildTestServer();
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

const webhookOf = ({ place }: AlertReceivers) => ({ type: "webhook", url: `http://${place}/` });

function addAlert(fleet: ServerFleet, conditions: readonly string[], target: object) {
  const body = { flowId: null, conditions, notRunMinutes: null, target, isEnabled: true };
  return fleet.call<{ readonly id: string }>("POST", "/local/alerts", body);
}

const ALERT_JOBS = sql`pgboss.job WHERE name = 'flowline-alerts' AND state <= 'active'`;

const postgres = getTestPostgresUrl();

describe.concurrent("servers killed while they raise and send alerts", () => {
  it("send an alert in flight again after a restart, with the same id (embedded)", async () => {
    const receivers = await startAlertReceivers();
    receivers.answer = () => undefined;
    const fleet = await ServerFleet.open({
      main,
      store: { directory: await unpackTestStore(join(root, "alerts")) },
      servers: 1,
      env: () => ({ FLOWLINE_ALLOW_PRIVATE_HTTP: receivers.place }),
    });
    try {
      const { id } = await addAlert(fleet, ["fails"], webhookOf(receivers));
      const flowId = await fleet.createFlow("Fails", [createFailingStep("a")]);
      await fleet.call("POST", "/v1/dispatch", { flow: { id: flowId } });
      while (receivers.requests.length === 0) await wait(20);
      receivers.answer = () => 204;
      const [name = ""] = fleet.names;
      await fleet.end(name, "SIGKILL");
      await fleet.start(name);
      const read = () =>
        fleet.call<{ readonly deliveries: readonly { readonly state: string }[] }>(
          "GET",
          `/local/alerts/${id}/deliveries`,
        );
      while (receivers.requests.length === 1 || (await read()).deliveries[0]?.state === "pending")
        await wait(20);
      expect(await read()).toMatchObject({ deliveries: [{ state: "sent", attempts: 1 }] });
      const [first, second] = receivers.requests.map(({ headers }) => headers["webhook-id"]);
      expect(second).toBe(first);
    } finally {
      await fleet.close();
      await receivers.close();
    }
  });

  it.skipIf(postgres === undefined)(
    "report each run that a receiver asks for exactly once, though three are killed one by one (PostgreSQL)",
    { timeout: 1_200_000 },
    async () => {
      const { url, drop } = await createTestDatabase(postgres ?? "");
      const chaos = await AlertChaosRun.open(url);
      try {
        await chaos.run();
        await chaos.assertReportedOnce();
      } finally {
        await chaos.close();
        await drop();
      }
    },
  );
});

interface AlertRule {
  readonly id: string;
  readonly conditions: readonly string[];
  /** Ids of the deliveries that its receiver has accepted, in order. */
  readonly accepted: () => readonly string[];
}

/** Runs flows that fail at random, with alerts whose receivers refuse at random, while servers are killed. */
class AlertChaosRun {
  readonly #fleet: ServerFleet;
  readonly #pool: Pool;
  readonly #database: NodePgDatabase;
  readonly #receivers: readonly AlertReceivers[];
  readonly #rules: AlertRule[] = [];
  readonly #accepted = new Map<AlertReceivers, string[]>();
  #isCalm = false;
  #hours = 1;

  private constructor(fleet: ServerFleet, receivers: readonly AlertReceivers[], url: string) {
    this.#fleet = fleet;
    this.#receivers = receivers;
    this.#pool = new Pool({ connectionString: url, max: 1 });
    // Its end does not wait for the connection's, which the removal of the database then breaks off.
    this.#pool.on("error", () => undefined);
    this.#database = drizzle(this.#pool);
  }

  static async open(url: string): Promise<AlertChaosRun> {
    const receivers = [await startAlertReceivers(), await startAlertReceivers()];
    const env = {
      FLOWLINE_ALLOW_PRIVATE_HTTP: receivers.map(({ place }) => place).join(","),
      FLOWLINE_SMTP_URL: receivers[0]?.smtpUrl ?? "",
    };
    const fleet = await ServerFleet.open({
      main,
      store: { databaseUrl: url },
      servers: SERVERS,
      env: () => env,
    });
    return new AlertChaosRun(fleet, receivers, url);
  }

  async close(): Promise<void> {
    this.#isCalm = true;
    await this.#fleet.close();
    await this.#pool.end();
    for (const receiver of this.#receivers) await receiver.close();
  }

  async run(): Promise<void> {
    await this.#addRules();
    const fails = createSampleScriptStep("a", "if (Math.random() < 0.6) throw new Error('no luck')");
    const flows: string[] = [];
    for (let index = 0; index < FLOWS; index += 1)
      flows.push(await this.#fleet.createFlow(`Flow ${index}`, [fails]));
    await this.#logOutcomes();
    const runs = flows.map((flowId) => this.#runFlow(flowId));
    for (let kill = 0; kill < KILLS; kill += 1) {
      // Kills hit soon after a run has ended or an alert was sent; the pause moves them to every point of what follows.
      const count = kill % 2 === 0 ? () => this.#countOutcomes() : () => this.#countRequests();
      const before = await count();
      while ((await count()) === before) await wait(5);
      await wait(Math.random() * 60);
      const name = this.#fleet.names[kill % SERVERS] ?? "";
      await this.#fleet.end(name, "SIGKILL");
      await this.#fleet.lapseLeases();
      await this.#passHour();
      await this.#fleet.start(name);
    }
    this.#isCalm = true;
    await Promise.all(runs);
    // All at once, which also ends the requests that hang.
    const names = this.#fleet.names;
    await Promise.all(names.map((name) => this.#fleet.end(name, "SIGKILL")));
    await this.#fleet.lapseLeases();
    await this.#fleet.start(names[0] ?? "");
    await this.#waitUntilAllIsSent();
  }

  async #addRules(): Promise<void> {
    const [first, second] = this.#receivers;
    if (!first || !second) return;
    for (const receiver of this.#receivers) this.#refuseAtRandom(receiver);
    const mail = { type: "mail", addresses: ["ada@example.com"] };
    const add = async (conditions: readonly string[], target: object, accepted: AlertRule["accepted"]) => {
      const { id } = await addAlert(this.#fleet, conditions, target);
      this.#rules.push({ id, conditions, accepted });
    };
    await add(["fails", "recovers"], webhookOf(first), () => this.#accepted.get(first) ?? []);
    await add(["failsAgain"], webhookOf(second), () => this.#accepted.get(second) ?? []);
    await add(["fails"], mail, () =>
      first.mails.map(({ text }) => /Message-ID: <([^@]+)@/i.exec(text)?.[1] ?? ""),
    );
  }

  /** Refuses, breaks off or does not answer, at most `MAX_REFUSALS` times for the same delivery. */
  #refuseAtRandom(receiver: AlertReceivers): void {
    const accepted: string[] = [];
    this.#accepted.set(receiver, accepted);
    const refusals = new Map<string, number>();
    receiver.answer = ({ headers }) => {
      const id = headers["webhook-id"] ?? "";
      const refused = refusals.get(id) ?? 0;
      if (!this.#isCalm && refused < MAX_REFUSALS && Math.random() < 0.5) {
        refusals.set(id, refused + 1);
        return ([500, 503, "break", undefined] as const)[Math.floor(Math.random() * 4)];
      }
      accepted.push(id);
      return 204;
    };
  }

  /** Alternates dispatches and batches of two records. A request that a kill cuts off is not repeated. */
  async #runFlow(flowId: string): Promise<void> {
    const records = ["A", "B"].map((name) => ({ name, type: "test" }));
    for (let run = 0; !this.#isCalm; run += 1) {
      const { names } = this.#fleet;
      const name = names[Math.floor(Math.random() * names.length)];
      await (
        run % 2 === 0
          ? this.#fleet.call("POST", "/v1/dispatch", { flow: { id: flowId } }, name)
          : this.#fleet.call("POST", "/v1/batch/flow", { flowId, records }, name)
      ).catch(() => undefined);
      await wait(Math.random() * 100);
    }
  }

  /** Logs what flows say of their last run, in the order of the transactions that end runs. */
  async #logOutcomes(): Promise<void> {
    await this.#query(sql`CREATE TABLE outcomes (place serial, flow_id text, outcome text)`);
    await this.#query(sql`
      CREATE FUNCTION log_outcome() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        INSERT INTO outcomes (flow_id, outcome) VALUES (NEW.id, right(NEW.recent_outcomes, 1));
        RETURN NULL;
      END $$`);
    await this.#query(sql`
      CREATE TRIGGER log_outcome AFTER UPDATE OF last_run_at ON flows
      FOR EACH ROW EXECUTE FUNCTION log_outcome()`);
  }

  async #countOutcomes(): Promise<number> {
    return Number((await this.#query(sql`SELECT count(*) AS runs FROM outcomes`))[0]?.["runs"]);
  }

  async #countRequests(): Promise<number> {
    return this.#receivers.reduce((sum, { requests, mails }) => sum + requests.length + mails.length, 0);
  }

  /** While no run ends, so that no summary is due before the hour of its flow has passed. */
  async #passHour(): Promise<void> {
    this.#hours += 1;
    await this.#database.transaction(async (tx) => {
      await tx.execute(sql`LOCK TABLE alert_states IN EXCLUSIVE MODE`);
      await tx.execute(sql`UPDATE alert_states SET quiet_until = quiet_until - interval '1 hour'`);
      await tx.execute(sql`
        UPDATE pgboss.job SET start_after = start_after - interval '1 hour'
        WHERE id IN (SELECT id FROM ${ALERT_JOBS} AND state < 'active' FOR UPDATE SKIP LOCKED)`);
    });
  }

  async #waitUntilAllIsSent(): Promise<void> {
    const hasAny = async (from: SQL) => (await this.#query(sql`SELECT 1 FROM ${from} LIMIT 1`)).length > 0;
    while (await hasAny(sql`batches WHERE status IN ('scheduled', 'running')`)) await wait(50);
    const underWay = sql`${ALERT_JOBS} AND (state = 'active' OR start_after <= now())`;
    while (await hasAny(ALERT_JOBS)) {
      if (await hasAny(underWay)) await wait(50);
      else await this.#passHour();
    }
  }

  async #query(text: SQL): Promise<readonly Readonly<Record<string, unknown>>[]> {
    return (await this.#database.execute(text)).rows;
  }

  async assertReportedOnce(): Promise<void> {
    const outcomes = await this.#query(sql`
      SELECT flow_id, string_agg(outcome, '' ORDER BY place) AS outcomes FROM outcomes GROUP BY 1 ORDER BY 1`);
    for (const { id, conditions, accepted } of this.#rules) {
      const deliveries = await this.#query(sql`
        SELECT id, state, kind, content #>> '{flow,id}' AS flow_id, (content ->> 'failedRuns')::integer AS failed,
          (content ->> 'recoveredRuns')::integer AS recovered
        FROM alert_deliveries WHERE rule_id = ${id}`);
      expect(new Set(deliveries.map(({ state }) => state))).toEqual(new Set(["sent"]));
      const ids = accepted();
      expect(new Set(ids)).toEqual(new Set(deliveries.map((delivery) => delivery["id"])));
      // Those that were accepted, but whose server was killed before it stored this.
      const repeats = ids.length - deliveries.length;
      expect(repeats).toBeLessThanOrEqual((KILLS + 1) * AT_ONCE);
      for (const { flow_id: flowId, outcomes: letters } of outcomes) {
        const own = deliveries.filter((delivery) => delivery["flow_id"] === flowId);
        expect(own.length).toBeLessThanOrEqual(this.#hours);
        expect(countReported(own)).toEqual(countRuns(String(letters), conditions));
      }
      if (KILLS > 3)
        process.stdout.write(`${JSON.stringify({ conditions, alerts: deliveries.length, repeats })}\n`);
    }
    const runs = outcomes.reduce((sum, row) => sum + String(row["outcomes"]).length, 0);
    if (KILLS > 3) process.stdout.write(`${JSON.stringify({ kills: KILLS, hours: this.#hours, runs })}\n`);
  }
}

interface RunCounts {
  readonly failed: number;
  readonly recovered: number;
}

/** Runs that the alerts report: one each, or as many as a summary has. */
function countReported(deliveries: readonly Readonly<Record<string, unknown>>[]): RunCounts {
  const sum = (kinds: readonly string[], count: string) =>
    deliveries.reduce((total, delivery) => {
      const { kind } = delivery;
      if (kind === "summary") return total + Number(delivery[count]);
      return total + (kinds.includes(String(kind)) ? 1 : 0);
    }, 0);
  return { failed: sum(["fails", "failsAgain"], "failed"), recovered: sum(["recovers"], "recovered") };
}

/** Runs of a flow that a rule must report. `letters`: its outcomes in order; “p” failed in part. */
function countRuns(letters: string, conditions: readonly string[]): RunCounts {
  const counts = { failed: 0, recovered: 0 };
  let hadFailed = false;
  for (const letter of letters) {
    const hasFailed = letter === "f" || letter === "p";
    if (hasFailed && (conditions.includes("fails") || hadFailed)) counts.failed += 1;
    if (!hasFailed && hadFailed && conditions.includes("recovers")) counts.recovered += 1;
    hadFailed = hasFailed;
  }
  return counts;
}
