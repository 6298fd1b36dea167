import type { RetryStart } from "#contract/retry.ts";
import type { JsonObject } from "#core/json/json.ts";
import { RunValue } from "#server/domain/run-value.ts";
import { SECRET_MASK } from "#server/redaction/run-secret-redactor.ts";
import type { FinishedStep } from "#server/runner/run-checkpoint.ts";
import { findBatchRecord } from "#server/store/batch-record-rows.ts";
import type { BatchRow } from "#server/store/batch-rows.ts";
import type { DatabaseReader } from "#server/store/database.ts";
import {
  type RecordsToRetry,
  listRecordsToRetry,
  listStoredOutcomes,
  listTakeableResults,
} from "#server/store/retry-rows.ts";
import {
  type PlannedRetryStart,
  type StepsOfRetry,
  parseStepsOfRetry,
  planRetryStart,
} from "./plan-retry-start.ts";

export const RESULTS_EXPIRED = "The step results of the earlier run have expired. Retry it from the start.";

/** Maximum number of records whose start a response describes, because each needs the results of its steps. */
const MAX_DESCRIBED_STARTS = 20;

interface EarlierExecution {
  readonly organizationId: string;
  readonly executionId: string | null;
  /** Null if no step ran. */
  readonly durationMs: number | null;
}

/** Undefined if results of the execution have expired. */
async function readPlannedStart(
  reader: DatabaseReader,
  { organizationId, executionId, durationMs }: EarlierExecution,
  steps: StepsOfRetry,
): Promise<PlannedRetryStart | undefined> {
  const results =
    executionId === null
      ? []
      : await listTakeableResults(reader, { organizationId, executionId }, SECRET_MASK);
  return results.length === 0 && durationMs !== null ? undefined : planRetryStart(steps, results);
}

/** Of the first records. Undefined if the results of one have expired. */
export async function describeRetryStarts(
  reader: DatabaseReader,
  { organizationId, id }: Pick<BatchRow, "organizationId" | "id">,
  { records, steps }: { readonly records: RecordsToRetry; readonly steps: StepsOfRetry },
): Promise<readonly RetryStart[] | undefined> {
  const batch = { organizationId, batchId: id };
  const described: RetryStart[] = [];
  for (const record of await listRecordsToRetry(reader, batch, { records, limit: MAX_DESCRIBED_STARTS })) {
    const start = await readPlannedStart(reader, { organizationId, ...record }, steps);
    if (!start) return undefined;
    const { step, ...rest } = start;
    described.push({
      recordId: record.recordId,
      position: step?.position ?? null,
      stepId: step?.id ?? null,
      stepName: step?.name ?? null,
      ...rest,
    });
  }
  return described;
}

/** What a record of a retry takes from the run before, and the notes on its step results. */
export interface TakenOutcomes {
  readonly finished: readonly FinishedStep[];
  /** By position. */
  readonly notes: ReadonlyMap<number, string>;
}

interface TakenRequest {
  readonly batch: Pick<BatchRow, "organizationId">;
  /** Id of the run before. */
  readonly earlier: string;
  readonly recordId: string;
  readonly earlierSteps: readonly JsonObject[];
  readonly steps: readonly JsonObject[];
  readonly now: number;
}

/** Read at each attempt, so that no copy has to fit into a checkpoint. Undefined if the results have expired. */
export async function readTakenOutcomes(
  reader: DatabaseReader,
  { batch: { organizationId }, earlier, recordId, earlierSteps, steps, now }: TakenRequest,
): Promise<TakenOutcomes | undefined> {
  const record = await findBatchRecord(reader, { organizationId, batchId: earlier }, recordId);
  if (!record) return undefined;
  const start = await readPlannedStart(reader, record, parseStepsOfRetry(earlierSteps, steps));
  const { executionId } = record;
  if (!start || executionId === null) return start && { finished: [], notes: new Map() };
  const { step, rerunReason } = start;
  const before = step?.position ?? Number.MAX_SAFE_INTEGER;
  const stored = await listStoredOutcomes(reader, { organizationId, executionId }, before);
  const finished = stored.map((row) => convertToFinishedStep(row, now));
  const ran = finished.filter(({ outcome }) => outcome.status !== "skipped");
  const notes = new Map<number, string>(ran.map(({ position }) => [position, "taken"]));
  if (step && rerunReason) notes.set(step.position, `rerun-${rerunReason}`);
  return { finished, notes };
}

/** With the time of the retry, and without tokens and cost, which the run before has. */
function convertToFinishedStep(
  row: Awaited<ReturnType<typeof listStoredOutcomes>>[number],
  now: number,
): FinishedStep {
  const { position, output, errorMessage, resolvedPrompt, modelUsed } = row;
  const times = { startedAt: now, completedAt: now };
  const report = {
    ...(resolvedPrompt !== null && { resolvedPrompt }),
    ...(modelUsed !== null && { modelUsed }),
  };
  const isTaken = true;
  switch (row.status) {
    case "skipped":
      return { position, isTaken, outcome: { status: "skipped", skipReason: "when", ...times } };
    case "failed":
      return {
        position,
        isTaken,
        outcome: { status: "failed", error: errorMessage ?? "", isTolerated: true, ...report, ...times },
      };
    default:
      return {
        position,
        isTaken,
        outcome: {
          status: "completed",
          ...(output !== null && { output: RunValue.fromJson(output) }),
          ...report,
          ...times,
        },
      };
  }
}
