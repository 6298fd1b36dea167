import {
  MAX_IMMEDIATELY_RUN_RECORDS,
  type BatchWarning,
  type ImmediateRun,
  type ScheduledRun,
} from "#contract/run.ts";
import { DomainError, createInvalidRequestError, createNotFoundError } from "#server/domain/domain-error.ts";
import { parseVersionConfig } from "#core/document/parse-version-config.ts";
import { sortStepsByOrderProperty } from "#core/document/step-order.ts";
import { type Caller, assertCallerHasScope, intersectScopes } from "#server/domain/caller.ts";
import { createPrefixedId } from "#server/flows/flow-context.ts";
import { createFlowNotFoundError, isWellFormedId } from "#server/flows/flow-access.ts";
import { type BatchRecordRow, listBatchRecords } from "#server/store/batch-record-rows.ts";
import {
  type BatchRow,
  addRecordsToBatch,
  addSelectedRecordsToBatch,
  findBatch,
  insertBatch,
  isAnyRecordKnown,
  isActiveBatch,
  updateBatch,
} from "#server/store/batch-rows.ts";
import type { RunStartCause } from "#contract/run-statuses.ts";
import type { PublishChangeEvent } from "#server/store/change-listeners.ts";
import type { DatabaseTransaction } from "#server/store/database.ts";
import { readFlowRowToRun } from "#server/store/flow-rows.ts";
import { lockFlowAgainstDeletion } from "#server/store/step-result-rows.ts";
import { findLatestVersion, findVersion } from "#server/store/version-rows.ts";
import { type FlowOfBatch, type StartBatchRequestBody, readBatchRequest } from "./batch-request.ts";
import { RECORDS_PER_SLICE, type RunService } from "./run-service.ts";
import { quoteName } from "#core/text/quote-name.ts";
import { formatCountWithNoun } from "#core/text/format-count.ts";

const CONCURRENCY = 4;
const MAX_LISTED_RECORDS = 100;
/** After that, the response says that the records run later. */
const BEGIN_MS = 10_000;

/** What started a run. The key's name is that of the caller. */
export interface RunOrigin {
  readonly startCause: RunStartCause;
  /** The run that this one repeats. */
  readonly retryOf?: string;
  readonly scheduleId?: string;
}

/** The flow and the steps of an earlier run. */
interface FlowOfEarlierBatch {
  readonly type: "earlier";
  readonly batch: BatchRow;
  readonly steps: string;
}

export interface BatchToCreate extends Partial<Pick<BatchRow, "isSingle" | "recordName" | "retryFrom">> {
  readonly origin: RunOrigin;
  readonly flow: FlowOfBatch | FlowOfEarlierBatch | PublishedFlow;
  readonly recordType: string | null;
  readonly maxRetries: number;
  readonly concurrency: number;
  /** JSON of what a single run is given. */
  readonly runInputs?: string | null;
}

/** The version that is published when the batch is created. */
interface PublishedFlow {
  readonly type: "published";
  readonly id: string;
  /** Whether the run has only the scopes that the publisher of the version has too. */
  readonly hasScopesOfPublisher: boolean;
}

export interface BatchWrite {
  readonly tx: DatabaseTransaction;
  readonly publish: PublishChangeEvent;
  readonly caller: Caller;
}

export type FillBatch = (
  tx: DatabaseTransaction,
  batch: Pick<BatchRow, "organizationId" | "id" | "scopes">,
) => Promise<{
  readonly total: number;
  /** Whether a request waits for the results. */
  readonly isUrgent: boolean;
}>;

/** Calls `create` in the transaction, or returns the id that an earlier request with the same Idempotency-Key created. */
export type CreateOnce = (tx: DatabaseTransaction, create: () => Promise<string>) => Promise<string>;

const createAlways: CreateOnce = (_tx, create) => create();

export interface RequestedRun {
  /** Whether an earlier request with the same Idempotency-Key started it. */
  readonly isRepeated: boolean;
}

type TypeRun = RequestedRun &
  ({ readonly immediate: ImmediateRun } | { readonly immediate?: never; readonly scheduled: ScheduledRun });

interface TypeRunRequest {
  readonly flowId: string;
  readonly recordType: string;
  /** Whether the results are not awaited, however few records there are. */
  readonly isAsync?: boolean;
  readonly origin: RunOrigin;
}

/** Waits for few records. A repeated request waits for the batch of the first one. */
export async function runFlowOnRecordType(
  service: RunService,
  caller: Caller,
  { flowId, recordType, isAsync = false, origin }: TypeRunRequest,
  once = createAlways,
): Promise<TypeRun> {
  const { store } = service.context;
  const flow = { type: "stored", id: flowId } as const;
  const request = { flow, origin, recordType, maxRetries: 0, concurrency: CONCURRENCY };
  const { id, created } = await createBatch(service, caller, { request, once }, async (tx, row) => {
    const total = await addSelectedRecordsToBatch(tx, row, { type: recordType });
    if (total > 0) return { total, isUrgent: total <= MAX_IMMEDIATELY_RUN_RECORDS };
    const message = `No records of type ${quoteName(recordType)}. Create some, or choose another type.`;
    throw createInvalidRequestError(message, { message, path: "recordType", code: "NO_RECORDS" });
  });
  const isRepeated = created === undefined;
  const batch = created ?? (await findBatch(store.database, caller.organizationId, id));
  if (!batch) throw createNotFoundError("The batch that this Idempotency-Key started was deleted.");
  const key = { organizationId: caller.organizationId, batchId: id };
  if (!isAsync && batch.totalRecords <= MAX_IMMEDIATELY_RUN_RECORDS) {
    const begun = await service.waitForBatch(key, "running", BEGIN_MS);
    const current =
      begun?.status === "scheduled" ? begun : await service.waitForBatch(key, "ended", service.context.runMs);
    const records = await listBatchRecords(store.database, key, { limit: MAX_IMMEDIATELY_RUN_RECORDS });
    // The wait also ends when its time is over; the remaining records then run later.
    if (current && !isActiveBatch(current))
      return { isRepeated, immediate: describeImmediate(current, recordType, records) };
  }
  const records = await listBatchRecords(store.database, key, { limit: MAX_LISTED_RECORDS });
  return { isRepeated, scheduled: describeScheduled(batch, recordType, records) };
}

export async function startBatchForListedRecords(
  service: RunService,
  caller: Caller,
  { body, origin }: { readonly body: StartBatchRequestBody; readonly origin: RunOrigin },
  once = createAlways,
): Promise<RequestedRun & Pick<BatchRow, "id"> & { readonly warnings: readonly BatchWarning[] }> {
  const { flow, records, warnings } = readBatchRequest(body, service.context.now());
  // As in a dispatch, an API key that may run only saved flows must not run steps from the request.
  if (flow.type === "virtual") assertCallerHasScope(caller, "DISPATCH:EXECUTE");
  const { maxRetries = 0, recordConcurrency = CONCURRENCY } = body.options ?? {};
  const request = { flow, origin, recordType: null, maxRetries, concurrency: recordConcurrency };
  // Before the transaction, for whose end reads of an embedded store wait.
  const { database } = service.context.store;
  const isAnyKnown = await isAnyRecordKnown(database, caller.organizationId, records);
  const { id, created } = await createBatch(service, caller, { request, once }, async (tx, row) => {
    if (isAnyKnown) return { total: await addRecordsToBatch(tx, row, records), isUrgent: false };
    const message = "None of these records exist.";
    const path = body.recordIds === undefined ? "records" : "recordIds";
    throw createInvalidRequestError(message, { message, path, code: "NO_RECORDS" });
  });
  if (created && warnings.length > 0)
    service.context.logger.warn({ batchId: id, warnings }, "a batch request has unsupported parts");
  return { isRepeated: created === undefined, id, warnings };
}

/** With the steps as they are now, unless an earlier request did. `fill` may throw to roll back. */
export async function createBatch(
  service: RunService,
  caller: Caller,
  { request, once }: { readonly request: BatchToCreate; readonly once: CreateOnce },
  fill: FillBatch,
): Promise<{ readonly id: string; readonly created: BatchRow | undefined }> {
  const { queue } = service;
  await queue.open();
  let created: BatchRow | undefined;
  const id = await service.context.store.write((tx, publish) =>
    once(tx, async () => {
      created = await insertFilledBatch(service, { tx, publish, caller }, request, fill);
      return created.id;
    }),
  );
  if (created) {
    service.wakeWorker();
    if (created.totalRecords > RECORDS_PER_SLICE)
      service.enqueueInBackground({ organizationId: caller.organizationId, batchId: id });
  }
  return { id, created };
}

/** Wake the worker after the transaction, and enqueue the jobs that are left of a large batch. */
export async function insertFilledBatch(
  service: Pick<RunService, "context" | "event" | "queue">,
  { tx, publish, caller }: BatchWrite,
  { flow: wanted, origin, runInputs = null, ...request }: BatchToCreate,
  fill: FillBatch,
): Promise<BatchRow> {
  const { organizationId, userId, scopes } = caller;
  const { context, event, queue } = service;
  const now = new Date(context.now());
  const { steps, publisherScopes, ...flow } = await readFlow(tx, organizationId, wanted, now);
  const row: BatchRow = {
    ...NEW_RUN,
    ...flow,
    ...request,
    ...describeOrigin(caller, origin),
    organizationId,
    id: createPrefixedId("batch", now.getTime()),
    userId,
    scopes: publisherScopes ? intersectScopes(scopes, publisherScopes) : [...scopes],
    status: "scheduled",
    createdAt: now,
  };
  await insertBatch(tx, row, { steps, runInputs });
  const { total: totalRecords, isUrgent } = await fill(tx, row);
  const queuedRecords = Math.min(totalRecords, RECORDS_PER_SLICE);
  await updateBatch(tx, row, { totalRecords, queuedRecords });
  const positions = Array.from({ length: queuedRecords }, (_, position) => position);
  const { id: batchId, concurrency } = row;
  const isRetry = row.retryFrom !== null || runInputs !== null;
  await queue.enqueue(tx, { organizationId, batchId, concurrency, isUrgent, isRetry }, positions);
  event.publishAtOnce(publish, { ...row, totalRecords });
  return { ...row, totalRecords };
}

/** A run of which nothing has happened yet. */
export const NEW_RUN = {
  totalRecords: 0,
  processedRecords: 0,
  failedRecords: 0,
  cancelledRecords: 0,
  error: null,
  isSingle: false,
  recordName: null,
  retryFrom: null,
  totalTokens: null,
  estimatedCost: null,
  firstError: null,
  startedAt: null,
  completedAt: null,
} as const;

export function describeOrigin({ keyName }: Caller, { startCause, retryOf, scheduleId }: RunOrigin) {
  return {
    startCause,
    keyName: keyName ?? null,
    retryOf: retryOf ?? null,
    scheduleId: scheduleId ?? null,
  };
}

interface FlowToRun extends Pick<BatchRow, "flowId" | "flowName" | "flowVersionId" | "isVirtual"> {
  readonly steps: string;
  readonly publisherScopes?: readonly string[];
}

async function readFlow(
  tx: DatabaseTransaction,
  organizationId: string,
  flow: BatchToCreate["flow"],
  now: Date,
): Promise<FlowToRun> {
  if (flow.type === "virtual") return describeVirtualFlow(flow, now);
  if (flow.type === "stored") return readStoredFlow(tx, organizationId, flow.id);
  if (flow.type === "published") return readPublishedFlow(tx, organizationId, flow);
  const { flowId, flowName, flowVersionId, isVirtual } = flow.batch;
  if (!isVirtual && !(await lockFlowAgainstDeletion(tx, organizationId, flowId)))
    throw createFlowNotFoundError();
  return { flowId, flowName, flowVersionId, isVirtual, steps: flow.steps };
}

async function readStoredFlow(tx: DatabaseTransaction, organizationId: string, id: string) {
  const flow = isWellFormedId(id) ? await readFlowRowToRun(tx, organizationId, id) : undefined;
  if (!flow) throw createFlowNotFoundError();
  const version = flow.draftVersionId ?? (await findLatestVersion(tx, organizationId, flow.id))?.id;
  return {
    flowId: flow.id,
    flowName: flow.name,
    flowVersionId: version ?? null,
    isVirtual: false,
    steps: flow.steps,
  };
}

/** Throws 404 if the flow is gone, and a conflict if no version of it is published. */
async function readPublishedFlow(
  tx: DatabaseTransaction,
  organizationId: string,
  { id, hasScopesOfPublisher }: PublishedFlow,
) {
  const flow = isWellFormedId(id) ? await readFlowRowToRun(tx, organizationId, id) : undefined;
  if (!flow) throw createFlowNotFoundError();
  const version =
    flow.publishedVersionId === null
      ? undefined
      : await findVersion(tx, organizationId, flow.publishedVersionId);
  const config = version?.config == null ? undefined : parseVersionConfig(JSON.parse(version.config));
  if (!version || !config)
    throw new DomainError(
      "conflict",
      "The flow is not published. Publish it, so that its schedules can run.",
    );
  return {
    flowId: flow.id,
    flowName: config.name === "" ? flow.name : config.name,
    flowVersionId: version.id,
    isVirtual: false,
    steps: JSON.stringify(sortStepsByOrderProperty(config.flowSteps)),
    ...(hasScopesOfPublisher && { publisherScopes: flow.publisherScopes }),
  };
}

/** Generates a flow id that no flow has, because the documented API requires a flow id for every batch. */
function describeVirtualFlow({ name, steps }: Extract<FlowOfBatch, { type: "virtual" }>, now: Date) {
  return {
    flowId: createPrefixedId("flow", now.getTime()),
    flowName: name,
    flowVersionId: null,
    isVirtual: true,
    steps: JSON.stringify(steps),
  };
}

function describeImmediate(
  batch: BatchRow,
  recordType: string,
  records: readonly BatchRecordRow[],
): ImmediateRun {
  const results = records.map((row) => ({
    recordId: row.recordId,
    recordName: row.recordName,
    success: row.status === "completed",
    ...(row.executionId !== null && { executionId: row.executionId }),
    ...(row.durationMs !== null && { executionTime: row.durationMs / 1000 }),
    contextSteps: row.contextSteps,
    promptsExecuted: row.promptsExecuted,
    ...(row.errorMessage !== null && { error: row.errorMessage }),
  }));
  return {
    success: batch.status === "completed",
    status: batch.status,
    executedImmediately: true,
    batchId: batch.id,
    flowId: batch.flowId,
    recordType,
    recordCount: batch.totalRecords,
    successCount: batch.processedRecords - batch.failedRecords,
    failureCount: batch.failedRecords,
    completedAt: (batch.completedAt ?? batch.createdAt).toISOString(),
    results,
  };
}

function describeScheduled(
  batch: BatchRow,
  recordType: string,
  records: readonly BatchRecordRow[],
): ScheduledRun {
  return {
    success: true,
    status: "scheduled",
    batchId: batch.id,
    flowId: batch.flowId,
    recordType,
    recordCount: batch.totalRecords,
    message: `Running on ${formatCountWithNoun(batch.totalRecords, "record")}.`,
    scheduledAt: batch.createdAt.toISOString(),
    records: records.map((row) => ({ id: row.recordId, name: row.recordName, type: recordType })),
  };
}
