import type { BatchWarning, StartBatchBody } from "#contract/run.ts";
import { type JsonObject, type JsonValue, isJsonObject } from "#core/json/json.ts";
import { sortStepsByOrderProperty } from "#core/document/step-order.ts";
import type { JsonTypeOf } from "#server/domain/assert-matches-schema.ts";
import { createInvalidRequestError } from "#server/domain/domain-error.ts";
import { createRecordId } from "#server/records/record-context.ts";
import { getStepsPropertyNameOfFlowBody, listErrorsOfUnsavedSteps } from "#server/flows/list-step-errors.ts";
import type { RecordOfRun } from "#server/runner/run-plan.ts";
import type { NewBatchRecord } from "#server/store/batch-rows.ts";

export type StartBatchRequestBody = JsonTypeOf<StartBatchBody>;

/** The flow to run: a stored flow, or a definition that is not stored. */
export type FlowOfBatch =
  | { readonly type: "stored"; readonly id: string }
  | { readonly type: "virtual"; readonly name: string; readonly steps: readonly JsonObject[] };

export interface BatchRequest {
  readonly flow: FlowOfBatch;
  readonly records: readonly NewBatchRecord[];
  readonly warnings: readonly BatchWarning[];
}

/** Throws 400 for a request without exactly one flow and one list of records, or with invalid steps. */
export function readBatchRequest(body: StartBatchRequestBody, now: number): BatchRequest {
  return { flow: readFlow(body), records: readRecords(body, now), warnings: listWarnings(body) };
}

function readFlow({ flowId, flowDefinition, agentId }: StartBatchRequestBody): FlowOfBatch {
  if (agentId !== undefined) {
    const message = "This server does not run agents. Send flowId or flowDefinition instead.";
    throw createInvalidRequestError(message, { message, path: "agentId", code: "UNSUPPORTED_MODE" });
  }
  if (flowId !== undefined && flowDefinition !== undefined) throw refuseBoth("flowId", "flowDefinition");
  if (flowId !== undefined) return { type: "stored", id: flowId };
  if (flowDefinition === undefined) throw refuseNeither("flowId", "flowDefinition");
  const key = getStepsPropertyNameOfFlowBody(flowDefinition);
  const steps = flowDefinition[key] ?? [];
  const path = `flowDefinition.${key}`;
  if (steps.length === 0) {
    const message = "The flow has no steps to run.";
    throw createInvalidRequestError(message, { message, path, code: "TOO_SHORT" });
  }
  const details = listErrorsOfUnsavedSteps(steps, path);
  if (details.length > 0) throw createInvalidRequestError("The steps are not valid.", ...details);
  return { type: "virtual", name: flowDefinition.name, steps: sortStepsByOrderProperty(steps) };
}

function readRecords({ recordIds, records }: StartBatchRequestBody, now: number): readonly NewBatchRecord[] {
  if (recordIds !== undefined && records !== undefined) throw refuseBoth("recordIds", "records");
  if (recordIds !== undefined) return recordIds.map((id) => ({ id }));
  if (records === undefined) throw refuseNeither("recordIds", "records");
  // As in a dispatch request, an id names a stored record.
  return records.map(({ id, ...record }, place) =>
    id === undefined ? { id: createRecordId(now, place), record } : { id },
  );
}

/** Its id is null, as for a record sent in a dispatch request. */
export function parseInlineRecord(json: string): RecordOfRun {
  const { name, type, metadata, messages } = JSON.parse(json) as JsonObject;
  return {
    id: null,
    name: textOf(name),
    type: textOf(type),
    metadata: isJsonObject(metadata) ? metadata : {},
    messages: Array.isArray(messages) ? messages : null,
  };
}

const BODY_KEYS: readonly string[] = ["flowId", "flowDefinition", "recordIds", "records", "options"];
const OPTION_KEYS: readonly string[] = ["maxRetries", "recordConcurrency"];
const MAX_WARNINGS = 20;
const MAX_NAME = 100;

/** Lists the fields and options that have no effect here. */
function listWarnings(body: StartBatchRequestBody): readonly BatchWarning[] {
  const fields = Object.keys(body).filter((key) => !BODY_KEYS.includes(key));
  const options = Object.keys(body.options ?? {}).filter((key) => !OPTION_KEYS.includes(key));
  const warn = (path: string, what: string): BatchWarning => ({
    code: "UNSUPPORTED_OPTION",
    message: `This server does not support this ${what}. The batch runs without it.`,
    path,
  });
  return [
    ...fields.map((key) => warn(key.slice(0, MAX_NAME), "field")),
    ...options.map((key) => warn(`options.${key.slice(0, MAX_NAME)}`, "option")),
  ].slice(0, MAX_WARNINGS);
}

function refuseBoth(first: string, second: string): Error {
  const message = `Send either ${first} or ${second}, not both.`;
  return createInvalidRequestError(message, { message, path: second, code: "INVALID_VALUE" });
}

function refuseNeither(first: string, second: string): Error {
  const message = `Send ${first} or ${second}.`;
  return createInvalidRequestError(message, { message, path: first, code: "MISSING_REQUIRED_FIELD" });
}

function textOf(value: JsonValue | undefined): string {
  return typeof value === "string" ? value : "";
}
