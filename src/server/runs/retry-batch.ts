import type { Caller } from "#server/domain/caller.ts";
import { DomainError } from "#server/domain/domain-error.ts";
import { listFailedRecordIds } from "#server/store/batch-record-rows.ts";
import { getBatchRowOrThrowNotFound } from "./read-batch-records.ts";
import type { RunService } from "./run-service.ts";
import { type CreateOnce, startBatchForListedRecords } from "./start-batch.ts";

/** Runs the saved flow again on all records of the batch that failed. Throws 409 if none did. */
export async function retryBatch(service: RunService, caller: Caller, id: string, once: CreateOnce) {
  const { context } = service;
  const { flowId, isSingle } = await getBatchRowOrThrowNotFound(context, caller, id);
  if (isSingle)
    throw new DomainError("conflict", "A single run has no list of records. Start the flow again.");
  const key = { organizationId: caller.organizationId, batchId: id };
  const recordIds = await listFailedRecordIds(context.store.database, key);
  if (recordIds.length === 0) throw new DomainError("conflict", "No record of this run failed.");
  const body = { flowId, recordIds: [...recordIds] };
  const origin = { startCause: "retry", retryOf: id } as const;
  return startBatchForListedRecords(service, caller, { body, origin }, once);
}
