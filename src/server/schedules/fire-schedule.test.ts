import { CronExpression, CronExpressionParser } from "cron-parser";
import { sql } from "drizzle-orm";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { buildFlow } from "#core/testing/flow-builder.ts";
import { createFakeFlowRunner } from "#server/testing/plain-runner.ts";
import { createSetVariableStep } from "#server/testing/run-data.ts";
import { type TestApp, startTestApp } from "#server/testing/test-app.ts";
import { describeSuiteForEitherStore } from "#server/testing/test-stores.ts";

const MINUTELY = { cron: "* * * * *", timezone: "UTC" };
/** Not due again while a busy machine fires many. */
const YEARLY = { cron: "0 0 1 1 *", timezone: "UTC" };

describeSuiteForEitherStore("due schedules", (store) => {
  let app: TestApp;
  let flowId: string;
  beforeEach(async () => {
    app = await startTestApp(store(), { runner: createFakeFlowRunner() });
    flowId = (await app.create(buildFlow("Digest", [createSetVariableStep("a", 1)]))).id;
    await app.call("POST", `/v1/flows/${flowId}/publish`);
  });
  afterEach(() => app.close());

  const create = async (trigger: object): Promise<string> =>
    (await app.call("POST", "/v1/schedules", { body: { target: { flowId }, trigger } })).json.id;
  const read = async (id: string) => (await app.call("GET", `/v1/schedules/${id}`)).json;
  const listRuns = async (id: string) => (await app.call("GET", `/v1/schedules/${id}/runs`)).json.data;

  /** Moves the next due time into the past by the clock of the database, with its job. */
  const setDue = async (id: string, secondsAgo: number) => {
    const { rows } = await store().database.execute(sql`
      UPDATE schedules SET next_run_at = date_trunc('minute', now() - make_interval(secs => ${secondsAgo}))
      WHERE id = ${id} RETURNING next_run_at`);
    const dueAt = new Date(rows[0]?.["next_run_at"] as string);
    await app.scheduler?.queue.open();
    await store().write(async (tx) =>
      app.scheduler?.queue.enqueue(tx, { organizationId: "org_local", id, dueAt }),
    );
    return dueAt;
  };
  const fire = async () => {
    app.scheduler?.look();
    await app.scheduler?.waitUntilFired();
  };
  const after = (time: Date, minutes: number) => new Date(time.getTime() + minutes * 60_000).toISOString();

  it("runs each time that was missed within an hour, once, in their order", async () => {
    const id = await create(MINUTELY);
    const dueAt = await setDue(id, 5 * 60);
    await fire();
    const runs = await listRuns(id);
    expect(runs.map((run: { dueAt: string }) => run.dueAt).toReversed()).toEqual(
      Array.from({ length: runs.length }, (_, minute) => after(dueAt, minute)),
    );
    expect(runs.length).toBeGreaterThanOrEqual(5);
    expect(runs.every((run: { status: string }) => run.status !== "missed")).toBe(true);
    await fire();
    expect(await listRuns(id)).toHaveLength(runs.length);
    expect((await read(id)).nextRunAt).toBe(after(dueAt, runs.length));
  });

  it("lists older times as missed, as one run that counts them", async () => {
    const id = await create({ cron: "0 * * * *", timezone: "UTC" });
    await setDue(id, 26 * 3600);
    await fire();
    const runs = await listRuns(id);
    const missed = runs.filter((run: { status: string }) => run.status === "missed");
    expect(missed).toMatchObject([{ batchExecutionId: null, missedCount: expect.any(Number) }]);
    expect(missed[0].missedCount).toBeGreaterThanOrEqual(25);
    expect(missed[0].error).toMatch(/^No server ran at 2\d due times/);
    expect(runs.length - missed.length).toBeLessThanOrEqual(1);
    expect(Date.parse((await read(id)).nextRunAt)).toBeGreaterThan(Date.now());
  });

  it("counts at most 500 missed times, with one parser for all of them", async () => {
    const id = await create({ cron: "0 * * * *", timezone: "Europe/Berlin" });
    await setDue(id, 40 * 24 * 3600);
    const parse = vi.spyOn(CronExpressionParser, "parse");
    const next = vi.spyOn(CronExpression.prototype, "next");
    await fire();
    expect(parse.mock.calls.length).toBeLessThan(10);
    expect(next.mock.calls.length).toBeLessThan(510);
    vi.restoreAllMocks();
    const [missed] = (await listRuns(id)).filter((run: { status: string }) => run.status === "missed");
    expect(missed.missedCount).toBe(501);
    expect(missed.error).toBe("No server ran at more than 500 due times, or within an hour after each.");
    expect(Date.parse((await read(id)).nextRunAt)).toBeGreaterThan(Date.now());
  });

  it("runs no time twice, although a clock was set back", async () => {
    const id = await create(MINUTELY);
    const dueAt = await setDue(id, 0);
    const listIds = async () =>
      (await listRuns(id))
        .filter((run: { dueAt: string }) => run.dueAt === dueAt.toISOString())
        .map((run: { id: string }) => run.id);
    await fire();
    const first = await listIds();
    await setDue(id, 0);
    await fire();
    expect(first).toHaveLength(1);
    expect(await listIds()).toEqual(first);
    expect((await read(id)).nextRunAt).not.toBeNull();
  });

  it("goes on with other schedules if one fails", async () => {
    const [broken, other] = [await create(MINUTELY), await create(MINUTELY)];
    await setDue(broken, 120);
    await setDue(other, 0);
    await store().database.execute(sql`
      ALTER TABLE schedule_runs ADD CONSTRAINT refuse_one CHECK (schedule_id <> ${sql.raw(`'${broken}'`)})`);
    try {
      await fire();
    } finally {
      await store().database.execute(sql`ALTER TABLE schedule_runs DROP CONSTRAINT refuse_one`);
    }
    expect(await listRuns(other)).toHaveLength(1);
    expect(await listRuns(broken)).toEqual([]);
  });

  it("ends a one-time schedule with its run", async () => {
    const id = await create({ runAt: "2026-12-24T18:00:00Z" });
    await setDue(id, 0);
    await fire();
    expect(await listRuns(id)).toHaveLength(1);
    expect(await read(id)).toMatchObject({ enabled: false, nextRunAt: null });
    expect((await app.call("POST", `/v1/schedules/${id}/resume`)).status).toBe(200);
  });

  it("leaves a schedule alone that was paused, changed or deleted", async () => {
    const ids = [await create(MINUTELY), await create(MINUTELY), await create(MINUTELY)];
    for (const id of ids) await setDue(id, 60);
    await app.call("POST", `/v1/schedules/${ids[0]}/pause`);
    const trigger = { cron: "0 0 1 1 *" };
    await app.call("PUT", `/v1/schedules/${ids[1]}`, { body: { trigger } });
    await store().database.execute(
      sql`UPDATE schedules SET next_run_at = now() + interval '1 day' WHERE id = ${ids[1]}`,
    );
    await app.call("DELETE", `/v1/schedules/${ids[2]}`);
    const witness = await create(MINUTELY);
    await setDue(witness, 0);
    await fire();
    expect(await listRuns(witness)).toHaveLength(1);
    expect(await listRuns(ids[0] ?? "")).toEqual([]);
    expect(await listRuns(ids[1] ?? "")).toEqual([]);
    const { rows } = await store().database.execute(sql`SELECT count(*)::integer AS runs FROM schedule_runs`);
    expect(rows).toEqual([{ runs: 1 }]);
  });

  it("pauses a schedule whose flow was deleted, and keeps one whose flow is not published", async () => {
    const unpublished = (await app.create(buildFlow("Draft", [createSetVariableStep("a", 1)]))).id;
    const body = { target: { flowId: unpublished }, trigger: MINUTELY };
    const kept = (await app.call("POST", "/v1/schedules", { body })).json.id;
    const id = await create(MINUTELY);
    await app.call("DELETE", `/v1/flows/${flowId}`);
    await setDue(id, 0);
    await setDue(kept, 0);
    await fire();
    expect(await read(id)).toMatchObject({
      enabled: false,
      nextRunAt: null,
      flowName: null,
      lastRunStatus: "failed",
      lastRunError: "The flow was deleted. The schedule is paused.",
    });
    expect(await read(kept)).toMatchObject({ enabled: true, lastRunStatus: "failed" });
  });

  it("restores the job of a schedule, which a backup does not hold", async () => {
    const id = await create(MINUTELY);
    await store().database.execute(sql`
      UPDATE schedules SET next_run_at = date_trunc('minute', now() - interval '2 minutes') WHERE id = ${id}`);
    // The first look removes the job of the earlier time.
    await fire();
    await fire();
    expect((await listRuns(id)).length).toBeGreaterThanOrEqual(2);
  });

  it("fires many schedules that are due at the same time", async () => {
    const ids: string[] = [];
    for (let index = 0; index < 40; index++) ids.push(await create(YEARLY));
    for (const id of ids) await setDue(id, 0);
    await fire();
    for (const id of ids) expect(await listRuns(id)).toHaveLength(1);
  });
});
