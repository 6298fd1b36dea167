import { sql } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { STEP_RESULT_SORTS } from "#contract/run-statuses.ts";
import { createTypeId } from "#core/document/type-id.ts";
import { QueryPlanReader } from "#server/testing/query-plan-reader.ts";
import { getTestPostgresUrl } from "#server/testing/test-stores.ts";
import {
  countActiveAndEndedBatches,
  listActiveBatches,
  type BatchFilter,
  listBatches,
  listEndedBatches,
  listRunInputs,
} from "./batch-rows.ts";
import { listRecordsToRetry, listRetriesOf, listStoredOutcomes, listTakeableResults } from "./retry-rows.ts";
import type { Database } from "./database.ts";
import { addToFlowRunHours, listFlowRunHours, setFailuresOfFlowRunHours } from "./flow-run-hour-rows.ts";
import { countPromptResults, readPromptResults } from "./prompt-results.ts";
import { readQueueState } from "./queue-state.ts";
import { listScheduleRunRows } from "./schedule-run-rows.ts";
import { listLastScheduleRuns, listOverdueSchedules, listScheduleRows } from "./schedule-rows.ts";
import { DAY_MS, createPartitionsOfTimes } from "./step-result-partitions.ts";
import {
  findLastRunOfEachStep,
  findOutputOfStepResult,
  listExecutionStepResults,
  listStepResults,
} from "./step-result-rows.ts";
import { listVersionLabels, listVersions } from "./version-rows.ts";

const HOUR = {
  organizationId: "org_local",
  hour: new Date(),
  runs: 1,
  failedRuns: 0,
  cancelledRuns: 0,
  executions: 1,
  failedExecutions: 0,
  durations: [1],
  totalTokens: null,
  estimatedCost: null,
};
const DAYS = 8;
const ORGANIZATION = "org_local";
const RUN = { organizationId: ORGANIZATION, batchId: "batch_12" };
const EXECUTION = { organizationId: ORGANIZATION, executionId: "exec_12" };
const today = Math.floor(Date.now() / DAY_MS) * DAY_MS;
const idOfToday = (prefix: string) => createTypeId(prefix, today + 1000, new Uint8Array(10));

/**
 * Inserts 28,000 step results into the partitions of eight days, 24,000 of them of one flow, 3,000 results
 * into the default partition, 20,000 batches, of which one is running, 500 hours of each of 40 flows, and 5,000
 * schedules with 20,000 runs.
 */
const FILL = `
  INSERT INTO flows (organization_id, id, user_id, name, name_key, steps, step_count, disabled_step_count, line, revision,
    definition_hash, created_at, updated_at)
  SELECT 'org_local', 'flow_' || n, 'user_local', 'F', 'f', '[]', 0, 0, '[]', 1, 'hash', now(), now() FROM generate_series(0, 40) n;
  INSERT INTO batches (organization_id, id, user_id, flow_id, flow_name, scopes, steps, status, total_records, concurrency, created_at)
  SELECT 'org_local', 'batch_' || n, 'user_local', 'flow_' || n % 40, 'F', '{}', '[]',
    CASE n WHEN 7000 THEN 'running' ELSE 'completed' END, 1, 1, now() - n * interval '4 seconds' FROM generate_series(1, 20000) n;
  INSERT INTO batch_records (organization_id, batch_id, position, record_id, status)
  SELECT organization_id, id, 0, 'record_1', CASE status WHEN 'running' THEN status ELSE 'completed' END FROM batches;
  INSERT INTO step_results (organization_id, id, user_id, flow_id, batch_id, execution_id, record_id, step_id, step_name, step_type,
    position, status, duration_ms, created_at)
  SELECT 'org_local', 'stepres_' || n, 'user_local', CASE WHEN n % 7 = 0 THEN 'flow_' || n % 40 ELSE 'flow_0' END, 'batch_' || n / 10,
    'exec_' || n / 5, 'record_' || n % 500, 'step_' || n % 5, 'A', CASE WHEN n % 5 = 0 THEN 'prompt' ELSE 'set-variable' END, n % 5,
    CASE WHEN n % 400 = 0 THEN 'failed' ELSE 'completed' END, n, '${new Date(today + DAY_MS).toISOString()}'::timestamptz - n * interval '24 seconds'
  FROM generate_series(1, 28000) n;
  INSERT INTO step_results (organization_id, id, user_id, flow_id, execution_id, record_id, step_id, step_name, step_type, position,
    status, created_at)
  SELECT 'org_local', 'stepres_late' || n, 'user_local', 'flow_40', 'exec_late' || n, 'record_late' || n, 'step_0', 'A', 'prompt', 0,
    'completed', now() + interval '1 year' FROM generate_series(1, 3000) n;
  INSERT INTO flow_run_hours (organization_id, flow_id, hour, runs)
  SELECT 'org_local', 'flow_' || n % 40, date_trunc('hour', now()) - n / 40 * interval '1 hour', 1 FROM generate_series(1, 20000) n;
  INSERT INTO flow_versions (organization_id, id, flow_id, version_number, version_type, step_count, config, definition_hash, created_at)
  SELECT 'org_local', 'flowver_' || n, 'flow_' || n % 40, n, 'published', 0, '{}', 'hash', now() FROM generate_series(1, 8000) n;
  INSERT INTO flow_tags (organization_id, tag_key, flow_id, name)
  SELECT 'org_local', 'tag_' || n / 40, 'flow_' || n % 40, 'Tag' FROM generate_series(0, 3999) n;
  INSERT INTO schedules (organization_id, id, name_key, enabled, flow_id, flow_name, user_id, scopes, next_run_at, created_at, updated_at)
  SELECT 'org_local', 'schedule_' || n, 'f', true, 'flow_' || n % 40, 'F', 'user_local', '{}', now() + n * interval '1 minute',
    now() - n * interval '1 minute', now() FROM generate_series(1, 5000) n;
  INSERT INTO schedule_runs (organization_id, id, schedule_id, flow_id, due_at, batch_id, created_at)
  SELECT 'org_local', 'schedrun_' || n, 'schedule_' || n % 5000, 'flow_1', now() - n * interval '1 minute', 'batch_' || n,
    now() - n * interval '1 minute' FROM generate_series(1, 20000) n`;

const url = getTestPostgresUrl();
describe.skipIf(url === undefined)("the plans of queries on many results and batches", () => {
  let plans: QueryPlanReader;
  let database: Database;

  beforeAll(async () => {
    plans = await QueryPlanReader.open(url ?? "");
    ({ database } = plans);
    const times = Array.from({ length: DAYS }, (_, days) => today - days * DAY_MS);
    await database.transaction((tx) => createPartitionsOfTimes(tx, times));
    await plans.client.query(FILL);
    await plans.client.query("VACUUM ANALYZE");
  }, 120_000);
  afterAll(() => plans.close());

  const explain = (query: () => Promise<unknown>) => plans.explain(query);
  const partitionsIn = (plan: readonly string[]) =>
    new Set(plan.flatMap((line) => /(?<= on )step_results_\w+/.exec(line)?.[0] ?? []));
  const list = (query: Partial<Parameters<typeof listStepResults>[2]>) => () =>
    listStepResults(database, ORGANIZATION, {
      sortBy: "createdAt",
      sortOrder: "desc",
      limit: 51,
      offset: 0,
      ...query,
    });

  const batchPage = { after: undefined, limit: 51 };
  const named = { search: "f", isActive: true };
  const runs = (filter: BatchFilter) => () => listBatches(database, ORGANIZATION, filter, batchPage);
  it.each<readonly [string, () => Promise<unknown>]>([
    ["results of a flow", list({ flowId: "flow_0" })],
    ["results of a flow, oldest first", list({ flowId: "flow_0", sortOrder: "asc" })],
    ["results of a flow far from the first", list({ flowId: "flow_0", offset: 20_000 })],
    ["failed results of a flow", list({ flowId: "flow_0", status: "failed" })],
    ["results of a step", list({ flowId: "flow_0", stepId: "step_1" })],
    ["results of a flow since a time", list({ flowId: "flow_0", from: new Date(today) })],
    ["runs of a flow", runs({ flowId: "flow_1" })],
    ["runs of all flows", runs({})],
    ["runs since a time", runs({ from: new Date(today) })],
    ["failed runs of all flows", runs({ outcome: "failed" })],
    ["failed runs of a flow", runs({ flowId: "flow_1", outcome: "failed" })],
    ["retries of all flows", runs({ startCause: "retry" })],
    ["active batches", () => listActiveBatches(database, ORGANIZATION, 20)],
    ["ended batches", () => listEndedBatches(database, ORGANIZATION, new Date(today), 20)],
    ["schedules", () => listScheduleRows(database, ORGANIZATION, {}, batchPage)],
    ["active schedules by name", () => listScheduleRows(database, ORGANIZATION, named, batchPage)],
    ["schedules of a flow", () => listScheduleRows(database, ORGANIZATION, { flowId: "flow_1" }, batchPage)],
    ["schedules that are due", () => listOverdueSchedules(database, 100)],
    ["runs of a schedule", () => listScheduleRunRows(database, ORGANIZATION, "schedule_1", { limit: 51 })],
    ["runs of all schedules", () => listScheduleRunRows(database, ORGANIZATION, undefined, { limit: 51 })],
    ["versions", () => listVersions(database, ORGANIZATION, "flow_1", { limit: 51 })],
  ])("read a page of %s in the order of an index", async (_, query) => {
    const plan = await explain(query);
    expect(plan.filter((line) => /Seq Scan on (?!flows)|-> {2}(Incremental )?Sort/.test(line))).toEqual([]);
    expect(plan.join("\n")).toMatch(/Index (Only )?Scan/);
  });

  it.each(STEP_RESULT_SORTS.filter((sort) => sort !== "createdAt"))(
    "sort by %s only the newest results of a flow, which an index finds",
    async (sortBy) => {
      const plan = await explain(list({ flowId: "flow_0", sortBy }));
      expect(plan.filter((line) => line.includes("Seq Scan"))).toEqual([]);
      const [, sort, , ...inner] = plan.map((line) => line.trim());
      expect(sort).toContain("Sort");
      expect(inner.filter((line) => line.includes("Limit"))).toHaveLength(1);
    },
  );

  it.each<readonly [string, () => Promise<unknown>]>([
    ["one execution", () => listExecutionStepResults(database, ORGANIZATION, "exec_12")],
    ["one batch of a flow", list({ flowId: "flow_0", batchId: "batch_12" })],
    ["one record and flow", list({ flowId: "flow_0", recordId: "record_12" })],
    ["one output", () => findOutputOfStepResult(database, ORGANIZATION, "stepres_12")],
    ["the number of prompts of a record", () => countPromptResults(database, ORGANIZATION, "record_1")],
    [
      "the last run of each step",
      () => findLastRunOfEachStep(database, ORGANIZATION, "flow_0", ["step_1", "step_none"]),
    ],
    [
      "the prompts of a record",
      () => readPromptResults(database, ORGANIZATION, "record_1", { limit: 50, offset: 0 }),
    ],
    ["runs of flows with a tag", runs({ tagKey: "tag_1" })],
    ["the inputs of runs", () => listRunInputs(database, ORGANIZATION, ["batch_12", "batch_13"])],
    ["the versions of runs", () => listVersionLabels(database, ORGANIZATION, ["flowver_12", "flowver_13"])],
    ["the last runs of schedules", () => listLastScheduleRuns(database, ORGANIZATION, ["schedule_1"])],
    ["the health of a flow", () => listFlowRunHours(database, ORGANIZATION, "flow_1", new Date(today))],
    [
      "the hours of flows to add to",
      () =>
        database.transaction((tx) =>
          addToFlowRunHours(
            tx,
            ["flow_1", "flow_2"].map((flowId) => ({ ...HOUR, flowId })),
          ),
        ),
    ],
    [
      "the hours of flows whose failures change",
      () =>
        database.transaction((tx) =>
          setFailuresOfFlowRunHours(tx, [{ ...HOUR, flowId: "flow_1", failures: {} }]),
        ),
    ],
    ["the state of the queue", () => readQueueState(database)],
    ["the retries of runs", () => listRetriesOf(database, ORGANIZATION, ["batch_12", "batch_7000"])],
    ["the records to retry", () => listRecordsToRetry(database, RUN, { records: "failed", limit: 20 })],
    ["the results that a retry takes", () => listTakeableResults(database, EXECUTION, "•••")],
    ["the outcomes that a retry takes", () => listStoredOutcomes(database, EXECUTION, 3)],
  ])("look up %s by an index", async (_, query) => {
    expect((await explain(query)).filter((line) => /Seq Scan on (?!flows)/.test(line))).toEqual([]);
  });

  it("read only the partitions in which a result, an execution or a batch may be", async () => {
    const output = await explain(() => findOutputOfStepResult(database, ORGANIZATION, idOfToday("stepres")));
    // Expects a look-up by time, and then one in all partitions, because there is no such result.
    expect(output.findIndex((line) => line.includes("Append"))).toBeGreaterThan(0);
    expect(partitionsIn(output.slice(0, 2)).size).toBe(1);
    for (const query of [
      () => listExecutionStepResults(database, ORGANIZATION, idOfToday("exec")),
      list({ flowId: "flow_0", batchId: idOfToday("batch") }),
    ])
      expect(partitionsIn(await explain(query)).size).toBe(3);
    const last = await explain(() => findLastRunOfEachStep(database, ORGANIZATION, "flow_0", ["step_1"]));
    expect(partitionsIn(last).size).toBe(DAYS + 1);
  });

  it("count ended batches only among the newest 10,000 batches", async () => {
    const { rows } = await database.execute(
      sql`SELECT count(*)::int AS batches FROM batches WHERE status = 'running'`,
    );
    expect(rows).toEqual([{ batches: 1 }]);
    const counted = await countActiveAndEndedBatches(database, ORGANIZATION, new Date(today - 2 * DAY_MS));
    expect(counted.active).toBe(1);
    expect(counted.ended).toBe(9999);
  });
});
