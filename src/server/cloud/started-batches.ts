import {
  type BatchRecord,
  type BatchState,
  type ScheduledRun,
  immediateRunResponseSchema,
} from "#contract/run.ts";
import type { JsonObject } from "#core/json/json.ts";
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

  /** Returns `{}` if the flow is unknown. A batch never changes its flow. */
  findFlowOfBatch(batchId: string): { readonly known?: { readonly flowId: string | null | undefined } } {
    return this.#flowIds.has(batchId) ? { known: { flowId: this.#flowIds.get(batchId) } } : {};
  }
}

/** Describes a run by the API's answer to its start, of which only the id of the batch is certain. */
export function describeStartedRun(
  { flowId, recordType, batchId }: Pick<ScheduledRun, "flowId" | "recordType" | "batchId">,
  answer: JsonObject,
  now: string,
): StartedBatch {
  const { status, recordCount, scheduledAt } = answer;
  const ended = immediateRunResponseSchema.safeParse(answer).data;
  return {
    batch: {
      batchExecutionId: batchId,
      flowId,
      status: typeof status === "string" ? status : "",
      totalRecords: typeof recordCount === "number" ? recordCount : 0,
      processedRecords: ended ? ended.successCount + ended.failureCount : 0,
      failedRecords: ended?.failureCount ?? 0,
      startedAt: null,
      recordType,
      createdAt: typeof scheduledAt === "string" ? scheduledAt : now,
      ...(ended && { completedAt: ended.completedAt, successCount: ended.successCount }),
    },
    records: (ended?.results ?? []).map((result, position) => ({
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
