import type { QueryClient } from "@tanstack/react-query";
import type { BatchRecord, BatchState, StepResult } from "#contract/run.ts";
import { ApiError } from "#client/data/api/api-error.ts";
import {
  type EndpointCallInput,
  type EndpointResponseBody,
  callEndpoint,
} from "#client/data/api/call-endpoint.ts";
import { callApiFeature, isFlowThere, isUnavailableFeatureError } from "./api-features.ts";
import { flowQueries } from "./flow-queries.ts";
import { isBatchFlowKnown, readBatchFlowId } from "./read-batch-flow.ts";
import { readStepResultPages } from "./run-queries.ts";
import { findStartedRun, listStartedRuns } from "./started-runs.ts";

// Reads runs through the documented endpoints only, for servers in cloud mode. These return less than this
// server's own endpoints: recent batches without the id of their flow, and step results instead of records.

const PAGE_SIZE = 100;
/** Maximum number of pages of step results to search for one execution or batch. */
const MAX_SEARCHED_PAGES = 5;

const isMissing = (error: unknown) =>
  isUnavailableFeatureError(error) || (error instanceof ApiError && error.status === 404);

/**
 * Always false for requests about a batch: a 404 may mean a missing batch, so it says nothing about the
 * endpoint.
 */
const isBatchKnown = async () => false;

/** Maximum number of batches whose flow is read for one list, newest first. */
const MAX_READ_FLOWS = 20;

/**
 * Lists the recent batches of a flow. The summary has the name of a batch's flow but not its id, which is therefore read
 * from the batch: another flow may have the same name. Leaves out a batch whose flow stays unknown.
 */
export async function fetchRecentBatches(
  client: QueryClient,
  flowId: string,
  signal: AbortSignal | undefined,
) {
  const started = listStartedRuns(flowId);
  const [summary, { flow }] = await Promise.all([
    callApiFeature(client, "batches", () => callEndpoint("summariseBatches", { signal })).catch(
      (error: unknown) => {
        if (started.length > 0 && isMissing(error)) return { batches: [], recent: [] };
        throw error;
      },
    ),
    client.query({ ...flowQueries.detail(flowId), staleTime: "static" }),
  ]);
  const byId = new Map(started.map(({ batch }) => [batch.batchExecutionId, batch]));
  const unknown = new Map<string, BatchState>();
  for (const row of [...summary.batches, ...summary.recent]) {
    const { id, ...state } = row;
    const known = byId.get(id);
    const batch = { ...known, ...state, batchExecutionId: id, flowId };
    if (known || row["flowId"] === flowId) byId.set(id, batch);
    else if (typeof row["flowId"] !== "string" && row.flowName === flow.name) unknown.set(id, batch);
  }
  const newest = [...unknown.values()].toSorted(compareNewestFirst);
  const known = newest.filter(({ batchExecutionId }) => isBatchFlowKnown(batchExecutionId));
  const read = newest.filter((batch) => !known.includes(batch)).slice(0, MAX_READ_FLOWS);
  await Promise.all(
    [...known, ...read].map(async (batch) => {
      const id = batch.batchExecutionId;
      if ((await readBatchFlowId(id, signal)) === flowId) byId.set(id, batch);
    }),
  );
  const data = [...byId.values()].toSorted(compareNewestFirst);
  return { data, pagination: { limit: data.length, hasMore: false, nextCursor: null } };
}

const compareNewestFirst = (a: BatchState, b: BatchState) => readBatchTime(b) - readBatchTime(a);

function readBatchTime({ createdAt, startedAt }: BatchState): number {
  // A batch without a start is waiting, and thus newer than all others.
  const time = Date.parse(createdAt ?? startedAt ?? "");
  return Number.isNaN(time) ? Number.POSITIVE_INFINITY : time;
}

/**
 * Reads a batch. The API may hold no batch for a run that it finished before it answered; the batch is then
 * derived from that answer or, after a reload, from its step results.
 */
export async function fetchBatchState(
  client: QueryClient,
  flowId: string,
  batchId: string,
  signal: AbortSignal | undefined,
): Promise<BatchState> {
  const started = findStartedRun(batchId);
  try {
    const batch = await callApiFeature(
      client,
      "batches",
      () => callEndpoint("getBatch", { params: { id: batchId }, signal }),
      { isSubjectThere: isBatchKnown },
    );
    return { ...started?.batch, ...batch };
  } catch (error) {
    if (!isMissing(error)) throw error;
    const batch = started?.batch ?? (await findBatchOfStepResults(client, flowId, batchId, signal));
    if (!batch) throw error;
    return batch;
  }
}

async function findBatchOfStepResults(
  client: QueryClient,
  flowId: string,
  batchId: string,
  signal: AbortSignal | undefined,
): Promise<BatchState | undefined> {
  const steps: StepResult[] = [];
  let pages = 0;
  for await (const page of fetchStepResultPages(client, flowId, { batchId, ...OLDEST_FIRST }, signal)) {
    steps.push(...page.filter(({ batchExecutionId }) => batchExecutionId === batchId));
    pages += 1;
    if (pages === MAX_SEARCHED_PAGES) break;
  }
  const records = mergeBatchRecords(steps.flatMap(toPartOfRecord));
  if (records.length === 0) return undefined;
  const failedRecords = records.filter(({ status }) => status === "failed").length;
  return {
    batchExecutionId: batchId,
    flowId,
    status: "completed",
    totalRecords: records.length,
    processedRecords: records.length,
    failedRecords,
    startedAt: steps[0]?.startedAt ?? steps[0]?.createdAt ?? null,
    completedAt: steps.at(-1)?.completedAt ?? null,
  };
}

const OLDEST_FIRST = { sortBy: "createdAt", sortOrder: "asc" } as const;

type StepResultsQuery = NonNullable<EndpointCallInput<"listStepResults">["query"]>;

export function fetchStepResults(
  client: QueryClient,
  flowId: string,
  query: StepResultsQuery,
  signal: AbortSignal | undefined,
) {
  return callApiFeature(
    client,
    "stepResults",
    () => callEndpoint("listStepResults", { params: { id: flowId }, query, signal }),
    { isSubjectThere: () => isFlowThere(flowId) },
  );
}

function fetchStepResultPages(
  client: QueryClient,
  flowId: string,
  query: StepResultsQuery,
  signal: AbortSignal | undefined,
): AsyncGenerator<readonly StepResult[], void> {
  return readStepResultPages((offset) =>
    fetchStepResults(client, flowId, { ...query, limit: String(PAGE_SIZE), offset }, signal),
  );
}

/**
 * Returns a page of the records of a batch, made from a page of their step results. A record with several
 * steps occurs several times, possibly on several pages: {@link mergeBatchRecords} merges its parts.
 */
export async function fetchRecordsOfBatch(
  client: QueryClient,
  {
    flowId,
    batchId,
    cursor,
    isFailedOnly,
  }: {
    readonly flowId: string;
    readonly batchId: string;
    readonly cursor: string;
    readonly isFailedOnly: boolean;
  },
  signal: AbortSignal | undefined,
) {
  const offset = Number(cursor);
  const answered = offset === 0 ? (findStartedRun(batchId)?.records ?? []) : [];
  const query = {
    batchId,
    ...(isFailedOnly && { status: "failed" as const }),
    ...OLDEST_FIRST,
    limit: String(PAGE_SIZE),
    offset: String(offset),
  } as const;
  const { data: steps, pagination } = await fetchStepResults(client, flowId, query, signal).catch(
    (error: unknown) => {
      if (answered.length > 0 && isMissing(error)) return { data: [], pagination: { hasMore: false } };
      throw error;
    },
  );
  const data = [
    ...answered.filter(({ status }) => !isFailedOnly || status === "failed"),
    ...steps.flatMap(toPartOfRecord),
  ];
  const isMore = pagination.hasMore && steps.length > 0;
  return {
    data,
    pagination: {
      limit: PAGE_SIZE,
      hasMore: isMore,
      nextCursor: isMore ? String(offset + steps.length) : null,
    },
  };
}

/** Returns the record with the state that this step left it in. `isPart` marks it for {@link mergeBatchRecords}. */
function toPartOfRecord(step: StepResult): readonly BatchRecord[] {
  if (step.recordId === null) return [];
  const { recordId, recordName, startedAt, completedAt, durationMs, outputPreview } = step;
  return [
    {
      isPart: true,
      stepResultId: step.id,
      recordId,
      recordName,
      position: 0,
      status: step.status,
      executionId: step.executionSessionId,
      attempts: 1,
      startedAt,
      completedAt,
      durationMs,
      errorMessage: step.errorMessage ?? null,
      outputPreview,
      totalTokens: step.totalTokens ?? null,
      estimatedCost: null,
    },
  ];
}

/**
 * Merges the parts of each record, which are in the order in which their steps ran. The last step that was not skipped
 * decides the outcome, because a failed step may let the run continue; the answer of a run takes precedence.
 */
export function mergeBatchRecords(parts: readonly BatchRecord[]): readonly BatchRecord[] {
  const byId = new Map<string, BatchRecord>();
  for (const part of parts) {
    const before = byId.get(part.recordId);
    byId.set(part.recordId, before ? mergeParts(before, part) : part);
  }
  // A record is completed if all its steps were skipped.
  return [...byId.values()].map((record) =>
    record.status === "skipped" ? { ...record, status: "completed" } : record,
  );
}

function mergeParts(before: BatchRecord, part: BatchRecord): BatchRecord {
  // A record that is not a part comes from a page that was read twice: the newer page replaces it.
  if (part["isPart"] !== true) return part;
  const isAnswer = before["isPart"] !== true;
  const decides = !isAnswer && part.status !== "skipped";
  const add = (a: number | null, b: number | null) => (a === null ? b : a + (b ?? 0));
  return {
    ...before,
    recordName: before.recordName ?? part.recordName,
    executionId: before.executionId ?? part.executionId,
    status: decides ? part.status : before.status,
    errorMessage: decides ? part.errorMessage : (before.errorMessage ?? part.errorMessage),
    outputPreview: part.outputPreview ?? before.outputPreview,
    startedAt: before.startedAt ?? part.startedAt,
    completedAt: part.completedAt ?? before.completedAt,
    durationMs: isAnswer ? before.durationMs : add(before.durationMs, part.durationMs),
    totalTokens: add(before.totalTokens, part.totalTokens),
  };
}

export async function fetchStepsOfBatchRecord(
  client: QueryClient,
  { flowId, batchId, recordId }: { flowId: string; batchId: string; recordId: string },
  signal: AbortSignal | undefined,
): Promise<{ readonly data: StepResult[] }> {
  try {
    return await callApiFeature(
      client,
      "batches",
      () => callEndpoint("listBatchRecordSteps", { params: { batchId, recordId }, signal }),
      { isSubjectThere: isBatchKnown },
    );
  } catch (error) {
    if (!isMissing(error)) throw error;
    const data: StepResult[] = [];
    const query = { batchId, recordId, ...OLDEST_FIRST };
    for await (const page of fetchStepResultPages(client, flowId, query, signal)) data.push(...page);
    return { data };
  }
}

/** Finds the steps of an execution among the newest results of the flow, in the order in which they ran. */
export async function fetchStepsOfExecution(
  client: QueryClient,
  flowId: string,
  executionId: string,
  signal: AbortSignal | undefined,
): Promise<{ readonly data: StepResult[] }> {
  const data: StepResult[] = [];
  let pages = 0;
  const query = { sortBy: "createdAt", sortOrder: "desc" } as const;
  for await (const page of fetchStepResultPages(client, flowId, query, signal)) {
    const found = page.filter(({ executionSessionId }) => executionSessionId === executionId);
    data.push(...found);
    pages += 1;
    const isPast = data.length > 0 && found.length === 0;
    if (isPast || pages === MAX_SEARCHED_PAGES) break;
  }
  return { data: data.toReversed().toSorted((a, b) => (a.order ?? 0) - (b.order ?? 0)) };
}

type LastStepRuns = EndpointResponseBody<"listLastStepRuns">;

/**
 * Returns the newest result of each step, from the newest results of the flow. Omits the counts of records
 * unless these results include all results of that step in the batch.
 */
export async function fetchLastStepRuns(
  client: QueryClient,
  flowId: string,
  signal: AbortSignal | undefined,
): Promise<LastStepRuns> {
  const query = { sortBy: "createdAt", sortOrder: "desc", limit: String(PAGE_SIZE) } as const;
  const { data, pagination } = await fetchStepResults(client, flowId, query, signal);
  return { data: summarizeLastStepRuns(data, pagination.hasMore) };
}

export function summarizeLastStepRuns(
  newestFirst: readonly StepResult[],
  hasMore: boolean,
): LastStepRuns["data"] {
  const byStep = new Map<string, StepResult[]>();
  for (const result of newestFirst) {
    if (result.stepId === null) continue;
    byStep.set(result.stepId, [...(byStep.get(result.stepId) ?? []), result]);
  }
  return [...byStep].flatMap(([stepId, results]) => {
    const [newest] = results;
    if (!newest) return [];
    const batchId = newest.batchExecutionId;
    const ofBatch = results.filter((result) => batchId !== null && result.batchExecutionId === batchId);
    const isSkipped = newest.status === "skipped";
    // A step that ran for some records of a batch has run, although it was skipped for the last one.
    const last = (isSkipped && ofBatch.find((result) => result.status !== "skipped")) || newest;
    const { status, completedAt, createdAt, durationMs, recordId } = last;
    const isCounted = batchId !== null && (!hasMore || ofBatch.length < results.length);
    return [
      {
        stepId,
        status,
        completedAt: completedAt ?? createdAt,
        durationMs,
        executionId: last.executionSessionId,
        batchId,
        recordId,
        ...(isCounted && {
          failedRecords: ofBatch.filter((result) => result.status === "failed").length,
          batchRecords: ofBatch.length,
        }),
      },
    ];
  });
}

/** Lists the ids of the records of a batch that failed, from all its step results. */
export async function listFailedRecordIds(
  client: QueryClient,
  flowId: string,
  batchId: string,
): Promise<readonly string[]> {
  const parts: BatchRecord[] = [...(findStartedRun(batchId)?.records ?? [])];
  const query = { batchId, ...OLDEST_FIRST };
  for await (const page of fetchStepResultPages(client, flowId, query, undefined))
    parts.push(...page.flatMap(toPartOfRecord));
  return mergeBatchRecords(parts).flatMap(({ recordId, status }) => (status === "failed" ? [recordId] : []));
}
