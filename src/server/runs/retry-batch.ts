import type { JsonObject } from "#core/json/json.ts";
import { type Caller, assertCallerHasScope } from "#server/domain/caller.ts";
import { isActiveBatch } from "#server/store/batch-rows.ts";
import { addRecordsOfRetry } from "#server/store/retry-rows.ts";
import { assertFlowHasStep } from "./dispatch-plan.ts";
import { getBatchRowOrThrowNotFound } from "./read-batch-records.ts";
import { hasSameSteps } from "./plan-retry-start.ts";
import {
  type RetryRequestBody,
  assertRecordsCanRun,
  assertRetryFitsRun,
  chooseRetryInputs,
  createMissingFlowError,
  createRetryRefusal,
} from "./retry-request.ts";
import { findVersionNumber, listStepsOfRetry, readRetrySource } from "./retry-source.ts";
import { RESULTS_EXPIRED, describeRetryStarts } from "./retry-start.ts";
import type { RunService } from "./run-service.ts";
import { type CreateOnce, createBatch } from "./start-batch.ts";
import type { RetryVersion } from "#contract/run-statuses.ts";
import type { RetryOptions } from "#contract/retry.ts";

/** Runs a batch or a single run again, as a new run. Throws 409 if it is active, or if what it needs is gone. */
export async function retryBatch(
  service: RunService,
  caller: Caller,
  { id, body }: { readonly id: string; readonly body: RetryRequestBody },
  once: CreateOnce,
) {
  const { database } = service.context.store;
  const batch = await getBatchRowOrThrowNotFound(service.context, caller, id);
  const { records = batch.isSingle ? "all" : "failed", from = "start", version = "current" } = body;
  if (isActiveBatch(batch))
    throw createRetryRefusal("RUN_ACTIVE", "This run is still active. Wait for its end, or cancel it.");
  // As when it started: a key that may run only saved flows must not run steps of a request.
  if (batch.isVirtual) assertCallerHasScope(caller, "DISPATCH:EXECUTE");
  const source = await readRetrySource(database, batch);
  assertRetryFitsRun(body, source);
  const steps = listStepsOfRetry(source, version);
  if (!steps) throw createMissingFlowError(source);
  const inputs = chooseRetryInputs(body, source);
  assertFlowHasStep({ name: batch.flowName, flowSteps: steps.current }, inputs?.upToStep);
  const wanted = { records, steps: steps.documents };
  const starts = from === "failedStep" ? await describeRetryStarts(database, batch, wanted) : [];
  if (!starts) throw createRetryRefusal("RESULTS_EXPIRED", RESULTS_EXPIRED);
  const earlier = { type: "earlier", batch, steps: source.stepsJson } as const;
  const request = {
    flow: version === "same" ? earlier : ({ type: "stored", id: batch.flowId } as const),
    origin: { startCause: "retry", retryOf: id } as const,
    // Without the type, the run is named by its number of records.
    recordType: body.record?.type ?? (batch.isSingle || records === "all" ? batch.recordType : null),
    recordName: body.record?.name ?? batch.recordName,
    isSingle: batch.isSingle,
    maxRetries: batch.maxRetries,
    concurrency: batch.concurrency,
    retryFrom: from === "failedStep" ? from : null,
    runInputs: inputs === undefined ? null : JSON.stringify(inputs),
  };
  const { id: newId, created } = await createBatch(service, caller, { request, once }, async (tx, row) => {
    const added = await addRecordsOfRetry(tx, row, { earlier: id, records, record: body.record });
    assertRecordsCanRun(added, { records, from });
    return { total: added.total, isUrgent: false };
  });
  const isRepeated = created === undefined;
  return { isRepeated, id: newId, warnings: [], ...(from === "failedStep" && { starts }) };
}

function dropNulls(record: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(record).filter(([, value]) => value !== null));
}

interface RetryOptionsQuery {
  readonly version?: RetryVersion | undefined;
  readonly recordId?: string | undefined;
}

/** Without starts if the run cannot be retried from the failed step. */
export async function readRetryOptions(
  { context }: Pick<RunService, "context">,
  caller: Caller,
  id: string,
  { version = "current", recordId }: RetryOptionsQuery,
): Promise<RetryOptions> {
  const { database } = context.store;
  const batch = await getBatchRowOrThrowNotFound(context, caller, id);
  const source = await readRetrySource(database, batch);
  const current = listStepsOfRetry(source, "current");
  const steps = version === "same" ? listStepsOfRetry(source, "same") : current;
  const records = recordId === undefined ? "failed" : [recordId];
  const starts = steps && (await describeRetryStarts(database, batch, { records, steps: steps.documents }));
  return {
    hasFlow: source.flow !== undefined,
    isSameVersion: current !== undefined && hasSameSteps(current.documents),
    versionNumber: await findVersionNumber(database, source),
    inputs: source.inputs?.inputs ?? null,
    record: source.record ? dropNulls(source.record) : null,
    starts: [...(starts ?? [])],
  };
}
