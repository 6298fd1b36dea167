import type { BatchRecord, BatchState, ScheduledRun } from "#contract/run.ts";
import { type JsonObject, type JsonValue, isJsonObject } from "#core/json/json.ts";
import { BoundedMap } from "./bounded-map.ts";

export interface StartedBatch {
  readonly batch: BatchState;
  /** The records of a run that ended before the API answered; no later answer of the API has them. */
  readonly records: readonly BatchRecord[];
}

const MAX_BATCHES = 10_000;

/** The batches that were started through this server, and the flows of batches, both until the server ends. */
export class StartedBatches {
  readonly #started = new BoundedMap<string, StartedBatch>(MAX_BATCHES);
  readonly #flowIds = new BoundedMap<string, string | null | undefined>(MAX_BATCHES);

  add(started: StartedBatch): void {
    this.#started.set(started.batch.batchExecutionId, started);
  }

  /** Keeps the newest state of a batch that was started here: the API lists it for a while only. */
  update(batch: BatchState): void {
    const known = this.find(batch.batchExecutionId);
    if (known) this.add({ ...known, batch: { ...known.batch, ...batch } });
  }

  find(batchId: string): StartedBatch | undefined {
    return this.#started.get(batchId);
  }

  listOfFlow(flowId: string): readonly StartedBatch[] {
    return [...this.#started.values()].filter(({ batch }) => batch.flowId === flowId);
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
}

/**
 * Describes a run by the API's answer to its start, of which only the id of the batch is certain. Accepts each field on
 * its own, because no later answer may have the results.
 */
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
