import type { QueryClient } from "@tanstack/react-query";
import type { BatchRecord, BatchState, ImmediateRun, ScheduledRun } from "#contract/run.ts";
import { ApiError, NetworkError } from "#client/data/api/api-error.ts";
import { callEndpoint } from "#client/data/api/call-endpoint.ts";
import { callApiFeature, isFlowThere } from "./api-features.ts";

// Starts runs through the documented endpoints, and remembers them until the page is closed: the answers contain data
// that no later request returns.

interface StartedRun {
  readonly batch: BatchState;
  readonly records: readonly BatchRecord[];
}

/** By batch id. */
const startedRuns = new Map<string, StartedRun>();

export function findStartedRun(batchId: string): StartedRun | undefined {
  return startedRuns.get(batchId);
}

export function listStartedRuns(flowId: string): readonly StartedRun[] {
  return [...startedRuns.values()].filter(({ batch }) => batch.flowId === flowId);
}

/**
 * Runs the saved flow on the records of a type and returns the batch id. Throws `NetworkError` if no complete answer
 * arrived; the run may have started nevertheless.
 */
export async function startRunOnRecordType(
  client: QueryClient,
  flowId: string,
  recordType: string,
  timeLimitMs: number,
): Promise<string> {
  const answer = await callApiFeature(
    client,
    "runOnRecordType",
    () => callEndpoint("runOnRecordType", { params: { id: flowId }, body: { recordType }, timeLimitMs }),
    { isSubjectThere: () => isFlowThere(flowId) },
  ).catch((error: unknown) => {
    const body = getBodyOfUnexpectedAnswer(error);
    if (typeof body["batchId"] !== "string") throw createLostAnswerError(error);
    return { status: "", recordCount: 0, ...body, batchId: body["batchId"] };
  });
  const { batchId } = answer;
  startedRuns.set(batchId, describeStartedRun(flowId, recordType, answer));
  return batchId;
}

function describeStartedRun(
  flowId: string,
  recordType: string,
  answer: Partial<ImmediateRun & ScheduledRun> & Pick<ImmediateRun, "batchId" | "status" | "recordCount">,
): StartedRun {
  const { batchId, status, recordCount, successCount, failureCount, completedAt, results = [] } = answer;
  const isOver = completedAt !== undefined;
  const now = new Date().toISOString();
  return {
    batch: {
      batchExecutionId: batchId,
      flowId,
      status,
      totalRecords: recordCount,
      processedRecords: isOver ? (successCount ?? 0) + (failureCount ?? 0) : 0,
      failedRecords: failureCount ?? 0,
      startedAt: null,
      recordType,
      createdAt: answer.scheduledAt ?? now,
      ...(isOver && { completedAt, successCount: successCount ?? 0 }),
    },
    records: results.map((result, position) => ({
      recordId: result.recordId,
      recordName: result.recordName,
      position,
      status: result.success ? "completed" : "failed",
      executionId: result.executionId ?? null,
      attempts: 1,
      startedAt: null,
      completedAt: null,
      durationMs: null,
      errorMessage: result.error || null,
      outputPreview: null,
      totalTokens: null,
      estimatedCost: null,
    })),
  };
}

/**
 * Returns the body of an answer with undocumented fields: the run has started, so the answer must not look
 * like a failure. Rethrows other errors.
 */
function getBodyOfUnexpectedAnswer(error: unknown): Readonly<Record<string, unknown>> {
  if (!(error instanceof ApiError) || error.status >= 300) throw error;
  return typeof error.body === "object" && error.body !== null ? { ...error.body } : {};
}

const createLostAnswerError = (cause: unknown) =>
  new NetworkError("The response could not be read", { cause });

/**
 * Runs the saved flow on these records and returns the batch id. Throws `NetworkError` if no complete answer arrived; the
 * run may have started nevertheless.
 */
export async function startBatchOnRecords(
  client: QueryClient,
  flowId: string,
  recordIds: readonly string[],
): Promise<string> {
  const { batchExecutionId, status } = await callApiFeature(
    client,
    "runOnRecords",
    () => callEndpoint("startBatch", { body: { flowId, recordIds: [...recordIds] } }),
    { isSubjectThere: () => areBatchesMissing() },
  ).catch((error: unknown) => {
    const body = getBodyOfUnexpectedAnswer(error);
    if (typeof body["batchExecutionId"] !== "string") throw createLostAnswerError(error);
    return { status: "", ...body, batchExecutionId: body["batchExecutionId"] };
  });
  startedRuns.set(batchExecutionId, {
    batch: {
      batchExecutionId,
      flowId,
      status,
      totalRecords: recordIds.length,
      processedRecords: 0,
      failedRecords: 0,
      startedAt: null,
      recordType: null,
      createdAt: new Date().toISOString(),
    },
    records: [],
  });
  return batchExecutionId;
}

/**
 * Whether a batch endpoint that needs no id also answers 404: the first 404 was then not about a flow or
 * record.
 */
async function areBatchesMissing(): Promise<boolean> {
  return callEndpoint("summariseBatches", {}).then(
    () => false,
    (error: unknown) => error instanceof ApiError && error.status === 404,
  );
}
