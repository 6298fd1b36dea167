import type { RetryVersion } from "#contract/run-statuses.ts";
import { parseVersionConfig } from "#core/document/parse-version-config.ts";
import { type JsonObject, isJsonObject, parseJson } from "#core/json/json.ts";
import { parseStepsJson } from "#server/flows/normalize-step-order.ts";
import { type BatchRow, findBatchDefinition } from "#server/store/batch-rows.ts";
import type { Database, DatabaseReader } from "#server/store/database.ts";
import { type FlowRow, findFlow } from "#server/store/flow-rows.ts";
import { findRecordJsonOfSingleRun } from "#server/store/retry-rows.ts";
import { findVersion } from "#server/store/version-rows.ts";
import { hasSameSteps, parseStepsOfRetry } from "./plan-retry-start.ts";
import { type RunInputs, parseRunInputs } from "./run-inputs.ts";

/** What a retry is made of. */
export interface RetrySource {
  readonly batch: BatchRow;
  /** Undefined if it was deleted, or was never saved. */
  readonly flow: FlowRow | undefined;
  /** JSON of the steps that ran. */
  readonly stepsJson: string;
  /** Undefined for a batch, or if they are not stored. */
  readonly inputs: RunInputs | undefined;
  /** The record of a single run, if it came with the request. */
  readonly record: JsonObject | undefined;
}

export async function readRetrySource(reader: Database, batch: BatchRow): Promise<RetrySource> {
  const { organizationId, id } = batch;
  const { steps, runInputs } = await findBatchDefinition(reader, organizationId, id);
  const json = batch.isSingle
    ? await findRecordJsonOfSingleRun(reader, { organizationId, batchId: id })
    : undefined;
  const record = json === undefined ? undefined : parseJson(json);
  return {
    batch,
    flow: batch.isVirtual ? undefined : await findFlow(reader, organizationId, batch.flowId),
    stepsJson: steps,
    inputs: parseRunInputs(runInputs),
    record: isJsonObject(record) ? record : undefined,
  };
}

/** The steps that ran before, and those that would run. Undefined if there is no flow to run. */
export function listStepsOfRetry({ batch, flow, stepsJson }: RetrySource, version: RetryVersion) {
  const earlier = parseStepsJson(stepsJson);
  if (version === "same") {
    if (!flow && !batch.isVirtual) return undefined;
    return { current: earlier, documents: parseStepsOfRetry(earlier, earlier) };
  }
  if (!flow) return undefined;
  const current = parseStepsJson(flow.steps);
  return { current, documents: parseStepsOfRetry(earlier, current) };
}

/** Of the version that ran. Null for a draft, also if it was edited again before it became that version. */
export async function findVersionNumber(
  reader: DatabaseReader,
  { batch: { organizationId, flowVersionId }, stepsJson }: RetrySource,
): Promise<number | null> {
  const version =
    flowVersionId === null ? undefined : await findVersion(reader, organizationId, flowVersionId);
  if (!version || version.config === null) return null;
  const { flowSteps } = parseVersionConfig(JSON.parse(version.config)) ?? { flowSteps: [] };
  const isSame = hasSameSteps(parseStepsOfRetry(parseStepsJson(stepsJson), flowSteps));
  return isSame ? version.versionNumber : null;
}
