import { isActiveBatch } from "#contract/is-active-batch.ts";
import type { BatchRecord, BatchState, ScheduledRun } from "#contract/run.ts";
import { type JsonObject, type JsonValue, isJsonObject } from "#core/json/json.ts";
import type { ServerLogger } from "#server/telemetry/create-logger.ts";
import { describeErrorForLog } from "#server/domain/describe-error.ts";
import {
  type StartedBatchRow,
  findStartedBatch,
  listStartedBatches,
  upsertStartedBatch,
} from "#server/store/started-batch-rows.ts";
import type { Store } from "#server/store/store.ts";
import type { AccountStore } from "./account-store.ts";
import { BoundedMap } from "./bounded-map.ts";

export interface StartedBatch {
  readonly batch: BatchState;
  /** The records of a run that ended before the API answered; no later answer of the API has them. */
  readonly records: readonly BatchRecord[];
}

const MAX_BATCHES = 10_000;
/** Maximum number of batches and records whose states are held. */
const MAX_STATES = 50_000;

/** The batches that were started through this server, in its own store, and the flows of batches, in memory. */
export class StartedBatches {
  readonly #accountStore: AccountStore;
  readonly #logger: ServerLogger;
  /** Holds what the store cannot, and the newest states. */
  readonly #started = new BoundedMap<string, StartedBatch>(MAX_STATES, ({ records }) => 1 + records.length);
  readonly #flowIds = new BoundedMap<string, string | null | undefined>(MAX_BATCHES);

  constructor(accountStore: AccountStore, logger: ServerLogger) {
    this.#accountStore = accountStore;
    this.#logger = logger;
  }

  /** Waits until the batch is stored, if there is a store. Does not fail. */
  async add(started: StartedBatch): Promise<void> {
    this.#started.set(started.batch.batchExecutionId, started);
    await this.#write(started);
  }

  /** Keeps the newest state of a batch that was started here: the API lists it for a while only. */
  update(batch: BatchState): void {
    const known = this.#started.get(batch.batchExecutionId);
    if (!known) return;
    const newest = { ...known, batch: { ...known.batch, ...batch } };
    this.#started.set(batch.batchExecutionId, newest);
    // The API has the state of an active batch, so only the end is worth a write.
    if (isActiveBatch(known.batch) && !isActiveBatch(newest.batch)) void this.#write(newest);
  }

  async find(batchId: string): Promise<StartedBatch | undefined> {
    const known = this.#started.get(batchId);
    if (known) return known;
    const row = await this.#read((store) => findStartedBatch(store.database, this.#organizationId, batchId));
    return row && this.#remember(row);
  }

  async listOfFlow(flowId: string): Promise<readonly StartedBatch[]> {
    const rows = await this.#read((store) =>
      listStartedBatches(store.database, this.#organizationId, flowId),
    );
    const stored = (rows ?? []).map((row) => this.#remember(row));
    const held = [...this.#started.values()].filter(({ batch }) => batch.flowId === flowId);
    return [...new Set([...stored, ...held])];
  }

  /** `flowId` is null for a batch of an unsaved flow, and undefined if the API refuses to say. */
  addFlowOfBatch(batchId: string, flowId: string | null | undefined): void {
    this.#flowIds.set(batchId, flowId);
  }

  /** Whether the API refused to say the flow, as it would again. */
  isFlowRefused(batchId: string): boolean {
    return this.#flowIds.has(batchId) && this.#flowIds.get(batchId) === undefined;
  }

  /** Returns `{}` if the flow is unknown. A batch never changes its flow. */
  findFlowOfBatch(batchId: string): { readonly known?: { readonly flowId: string | null | undefined } } {
    return this.#flowIds.has(batchId) ? { known: { flowId: this.#flowIds.get(batchId) } } : {};
  }

  get #organizationId(): string {
    return this.#accountStore.organizationId;
  }

  /** Returns what this server knows of the batch, unless another server has stored its end. */
  #remember({ id, batch, records }: StartedBatchRow): StartedBatch {
    const known = this.#started.get(id);
    if (known && !isActiveBatch(known.batch)) return known;
    const read = { batch: JSON.parse(batch) as BatchState, records: JSON.parse(records) as BatchRecord[] };
    if (known && isActiveBatch(read.batch)) return known;
    this.#started.set(id, read);
    return read;
  }

  async #read<T>(work: (store: Store) => Promise<T>): Promise<T | undefined> {
    try {
      const store = await this.#accountStore.findStore();
      return store && (await work(store));
    } catch (error) {
      this.#logger.warn({ err: describeErrorForLog(error) }, "could not read started batches");
      return undefined;
    }
  }

  async #write({ batch, records }: StartedBatch): Promise<void> {
    const row = {
      organizationId: this.#organizationId,
      id: batch.batchExecutionId,
      flowId: batch.flowId ?? "",
      startedAt: new Date(batch.createdAt ?? 0),
      batch: JSON.stringify(batch),
      records: JSON.stringify(records),
    };
    try {
      // Creates no store: that would block the server for seconds, right after the start of a run.
      const store = await this.#accountStore.findStore();
      await store?.write((tx) => upsertStartedBatch(tx, row));
    } catch (error) {
      this.#logger.debug({ err: describeErrorForLog(error) }, "could not store a started batch");
    }
  }
}

/** Accepts each field on its own: only the batch's id is certain, and no later answer may have the results. */
export function describeStartedRun(
  { flowId, recordType, batchId }: Pick<ScheduledRun, "flowId" | "recordType" | "batchId">,
  answer: JsonObject,
  now: string,
): StartedBatch {
  const { status, recordCount, scheduledAt, completedAt, successCount, failureCount, results } = answer;
  const isOver = typeof completedAt === "string";
  const failedRecords = readCount(failureCount);
  return {
    batch: {
      batchExecutionId: batchId,
      flowId,
      status: readText(status) ?? "",
      totalRecords: readCount(recordCount),
      processedRecords: isOver ? readCount(successCount) + failedRecords : 0,
      failedRecords,
      startedAt: null,
      recordType,
      createdAt: readText(scheduledAt) ?? now,
      ...(isOver && { completedAt, successCount: readCount(successCount) }),
    },
    records: Array.isArray(results) ? results.flatMap(toRecord) : [],
  };
}

const readCount = (value: JsonValue | undefined) => (typeof value === "number" ? value : 0);
const readText = (value: JsonValue | undefined) => (typeof value === "string" ? value : undefined);

function toRecord(result: JsonValue, position: number): readonly BatchRecord[] {
  const recordId = isJsonObject(result) ? readText(result["recordId"]) : undefined;
  if (!isJsonObject(result) || recordId === undefined) return [];
  return [
    {
      recordId,
      recordName: readText(result["recordName"]) ?? null,
      position,
      status: result["success"] === true ? "completed" : "failed",
      executionId: readText(result["executionId"]) ?? null,
      attempts: 1,
      startedAt: null,
      completedAt: null,
      durationMs: null,
      errorMessage: readText(result["error"]) || null,
      outputPreview: null,
      totalTokens: null,
      estimatedCost: null,
    },
  ];
}

/** Describes a batch of chosen records that has just been started. */
export function describeStartedBatch(
  { flowId, batchId, status }: { readonly flowId: string; readonly batchId: string; readonly status: string },
  totalRecords: number,
  now: string,
): StartedBatch {
  const batch = {
    batchExecutionId: batchId,
    flowId,
    status,
    totalRecords,
    processedRecords: 0,
    failedRecords: 0,
    startedAt: null,
    recordType: null,
    createdAt: now,
  };
  return { batch, records: [] };
}
