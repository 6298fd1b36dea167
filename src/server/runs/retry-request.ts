import type { ErrorCode } from "#contract/error-codes.ts";
import type { RetryBatchBody } from "#contract/retry.ts";
import type { RetryFrom } from "#contract/run-statuses.ts";
import { formatCountWithNoun } from "#core/text/format-count.ts";
import type { JsonTypeOf } from "#server/domain/assert-matches-schema.ts";
import { DomainError, createInvalidRequestError } from "#server/domain/domain-error.ts";
import type { RecordsToRetry } from "#server/store/retry-rows.ts";
import type { RetrySource } from "./retry-source.ts";
import type { RunInputs } from "./run-inputs.ts";

export type RetryRequestBody = JsonTypeOf<RetryBatchBody>;

export function createRetryRefusal(code: ErrorCode, message: string): DomainError {
  return new DomainError("conflict", message, { details: [{ message, code }] });
}

/** Throws 400 for a request that contradicts itself or the run. */
export function assertRetryFitsRun(body: RetryRequestBody, { batch, record }: RetrySource): void {
  if (!batch.isSingle && (body.inputs ?? body.record) !== undefined) {
    const path = body.inputs === undefined ? "record" : "inputs";
    throw createBodyError(path, "Only a single run has inputs. Edit the records of this run instead.");
  }
  if (body.record !== undefined && record === undefined)
    throw createBodyError("record", "The record of this run is stored. Edit it, or send inputs.");
}

/** What the new run is given. Throws 409 if the run before had more than is stored. */
export function chooseRetryInputs(
  { inputs }: RetryRequestBody,
  { batch, inputs: stored }: RetrySource,
): RunInputs | undefined {
  if (!batch.isSingle) return undefined;
  if (!stored) {
    if (inputs !== undefined) return { inputs };
    throw createRetryRefusal("INPUTS_NOT_STORED", "The inputs of this run are not stored. Send inputs.");
  }
  const { secretNames, ...rest } = stored;
  if (secretNames)
    throw createRetryRefusal(
      "INPUTS_NOT_STORED",
      `This run was given secrets (${secretNames.slice(0, 5).join(", ")}), which are not stored. Start it again by a dispatch.`,
    );
  return { ...rest, ...(inputs !== undefined && { inputs }) };
}

export function createMissingFlowError({ batch }: RetrySource): DomainError {
  const message = batch.isVirtual
    ? "The flow of this run is not saved. Retry it with the version “same”."
    : "The flow of this run was deleted, so the run can’t be retried.";
  return createRetryRefusal("FLOW_DELETED", message);
}

interface AddedRecords {
  readonly total: number;
  readonly known: number;
  readonly completed: number;
}

/** Throws if there is nothing to run, or nothing that failed. */
export function assertRecordsCanRun(
  { total, known, completed }: AddedRecords,
  { records, from }: { readonly records: RecordsToRetry; readonly from: RetryFrom },
): void {
  if (total === 0 && records === "failed")
    throw createRetryRefusal("NOTHING_FAILED", "No record of this run failed.");
  if (typeof records !== "string" && total < new Set(records).size)
    throw createBodyError("records", "Some of these records are not in this run.");
  if (known === 0) throw createRetryRefusal("NO_RECORDS", "The records of this run no longer exist.");
  if (from === "failedStep" && completed > 0)
    throw createRetryRefusal(
      "NOTHING_FAILED",
      `${formatCountWithNoun(completed, "record")} did not fail. Retry from the start, or only failed records.`,
    );
}

function createBodyError(path: string, message: string): DomainError {
  return createInvalidRequestError(message, { message, path, code: "INVALID_VALUE" });
}
