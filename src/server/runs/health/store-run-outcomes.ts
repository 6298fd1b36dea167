import type { AlertService } from "#server/alerts/alert-service.ts";
import { quoteName } from "#core/text/quote-name.ts";
import type { BatchRow } from "#server/store/batch-rows.ts";
import type { DatabaseTransaction } from "#server/store/database.ts";
import { appendRecentOutcome, updateFlow } from "#server/store/flow-rows.ts";
import {
  type FlowHourCounts,
  addToFlowRunHours,
  setFailuresOfFlowRunHours,
} from "#server/store/flow-run-hour-rows.ts";
import { countEndedScheduleRun } from "#server/store/schedule-run-rows.ts";
import type { BatchRecordRunResult } from "#server/runs/store-finished-records.ts";
import { createDurationHistogram } from "./duration-histogram.ts";
import {
  type FailureGroup,
  type FailureGroups,
  mergeFailureGroups,
  parseFailureGroups,
} from "./failure-groups.ts";
import { normalizeFailureMessage } from "./normalize-failure-message.ts";

type EndedExecution = Pick<
  BatchRecordRunResult,
  "status" | "errorMessage" | "durationMs" | "totalTokens" | "estimatedCost" | "steps"
>;

/** What a transaction adds to a run of a stored flow. */
export interface RunProgress {
  /** As it is after the transaction. */
  readonly batch: BatchRow;
  readonly executions: readonly EndedExecution[];
  /** Whether the transaction ends the run. */
  readonly hasEnded: boolean;
}

const HOUR_MS = 3_600_000;
/** Groups of failures of a flow in an hour; further ones are only counted. */
const MAX_GROUPS = 10;

/**
 * Stores the last run and the counts of flows and schedules, and raises alerts. Call it last in the transaction: it locks
 * flows, then the days of schedules, then the hours of flows, each in the order of their keys.
 */
export async function storeRunOutcomes(
  tx: DatabaseTransaction,
  alerts: Pick<AlertService, "raise">,
  all: readonly RunProgress[],
  now: Date,
): Promise<void> {
  const byFlow = new Map<string, RunProgress[]>();
  for (const run of all) {
    const key = `${run.batch.organizationId}/${run.batch.flowId}`;
    byFlow.set(key, [...(byFlow.get(key) ?? []), run]);
  }
  const flows = [...byFlow].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, runs]) => runs);
  for (const { batch } of flows.flat().filter(({ hasEnded }) => hasEnded)) {
    // Compares the run with the flow's last one, which the next statement replaces.
    await alerts.raise(tx, batch);
    await updateFlow(tx, batch.organizationId, batch.flowId, describeLastRun(batch, now));
  }
  const ofSchedules = flows.flat().filter(({ hasEnded, batch }) => hasEnded && batch.scheduleId !== null);
  for (const { batch } of ofSchedules.toSorted((a, b) => (getScheduleKey(a) < getScheduleKey(b) ? -1 : 1)))
    await countEndedScheduleRun(tx, batch);
  const hours = flows.flatMap((runs) => countHour(runs, now) ?? []);
  if (hours.length > 0) await storeHours(tx, hours);
}

function getScheduleKey({ batch }: RunProgress): string {
  return `${batch.organizationId}/${batch.scheduleId}`;
}

/** A batch with some failed records still counts as completed. */
function describeLastRun(batch: BatchRow, now: Date) {
  const { status, totalRecords, failedRecords, isSingle } = batch;
  return {
    lastRunAt: now,
    lastRunStatus: status,
    lastRunRecords: isSingle ? null : totalRecords,
    lastRunFailedRecords: isSingle ? null : failedRecords,
    recentOutcomes: appendRecentOutcome(getOutcomeLetter(batch)),
  };
}

/** As `recentOutcomes` in the list of flows describes it. */
function getOutcomeLetter({ status, failedRecords }: BatchRow): string {
  if (status === "cancelled") return "x";
  if (status === "failed") return "f";
  return failedRecords > 0 ? "p" : "c";
}

interface CountedHour {
  readonly counts: FlowHourCounts;
  readonly failures: FailureGroups;
}

/** Undefined if nothing ended. */
function countHour(runs: readonly RunProgress[], now: Date): CountedHour | undefined {
  const [first] = runs;
  const ended = runs.filter(({ hasEnded }) => hasEnded).map(({ batch }) => getOutcomeLetter(batch));
  const executions = runs
    .flatMap(({ batch, executions: list }) => list.map((execution) => ({ ...execution, runId: batch.id })))
    .filter(({ status }) => status !== "cancelled");
  if (!first || ended.length + executions.length === 0) return undefined;
  const failed = executions.filter(({ status }) => status === "failed");
  const costs = executions.flatMap(({ estimatedCost }) => estimatedCost ?? []);
  const tokens = executions.flatMap(({ totalTokens }) => totalTokens ?? []);
  const counts = {
    organizationId: first.batch.organizationId,
    flowId: first.batch.flowId,
    hour: new Date(Math.floor(now.getTime() / HOUR_MS) * HOUR_MS),
    runs: ended.length,
    failedRuns: ended.filter((outcome) => outcome === "f" || outcome === "p").length,
    cancelledRuns: ended.filter((outcome) => outcome === "x").length,
    executions: executions.length,
    failedExecutions: failed.length,
    durations: [...createDurationHistogram(executions.flatMap(({ durationMs }) => durationMs ?? []))],
    totalTokens: tokens.length > 0 ? tokens.reduce((sum, count) => sum + count, 0) : null,
    estimatedCost: costs.length > 0 ? String(costs.reduce((sum, cost) => sum + Number(cost), 0)) : null,
  };
  const groups = failed.map((execution) => describeFailure(execution, execution.runId, now));
  return { counts, failures: mergeFailureGroups([{ groups, others: 0 }], MAX_GROUPS) };
}

function describeFailure({ errorMessage, steps }: EndedExecution, runId: string, now: Date): FailureGroup {
  // A run's error begins with the name of the step that ended it; other failed steps were tolerated.
  const step = steps.findLast(
    ({ status, stepName }) => status === "failed" && errorMessage?.startsWith(`${quoteName(stepName)}: `),
  );
  const message = step?.errorMessage ?? errorMessage;
  return {
    stepId: step?.stepId ?? null,
    stepName: step?.stepName ?? null,
    message: message === null ? null : normalizeFailureMessage(message),
    count: 1,
    lastAt: now.toISOString(),
    runId,
  };
}

async function storeHours(tx: DatabaseTransaction, hours: readonly CountedHour[]): Promise<void> {
  const stored = await addToFlowRunHours(
    tx,
    hours.map(({ counts }) => counts),
  );
  const changed = stored.flatMap(({ failures, ...key }) => {
    const added = hours.find(
      ({ counts }) => counts.organizationId === key.organizationId && counts.flowId === key.flowId,
    )?.failures;
    if (!added || added.groups.length === 0) return [];
    return [{ ...key, failures: mergeFailureGroups([parseFailureGroups(failures), added], MAX_GROUPS) }];
  });
  if (changed.length > 0) await setFailuresOfFlowRunHours(tx, changed);
}
