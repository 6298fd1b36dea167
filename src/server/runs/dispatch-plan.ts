import { BRANCH_NAMES, type FlowJson, parseFlowDocument } from "#core/document/flow-document.ts";
import { parseVersionConfig } from "#core/document/parse-version-config.ts";
import { findStepByRunId } from "#core/document/run-ids.ts";
import { sortStepsByOrderProperty } from "#core/document/step-order.ts";
import { type JsonObject, type JsonValue, isJsonObject } from "#core/json/json.ts";
import { createInvalidRequestError, createNotFoundError } from "#server/domain/domain-error.ts";
import { type Caller, assertCallerHasScope } from "#server/domain/caller.ts";
import { parseStepsJson } from "#server/flows/normalize-step-order.ts";
import { createPrefixedId } from "#server/flows/flow-context.ts";
import { createFlowNotFoundError, isWellFormedId } from "#server/flows/flow-access.ts";
import { createVersionOfOtherFlowError } from "#server/flows/publish.ts";
import { listErrorsOfUnsavedSteps, listStepsWithPaths } from "#server/flows/list-step-errors.ts";
import type { FlowRunPlan, RecordOfRun } from "#server/runner/run-plan.ts";
import { type FlowRow, findFlow } from "#server/store/flow-rows.ts";
import type { Store } from "#server/store/store.ts";
import { findLatestVersion, findVersion } from "#server/store/version-rows.ts";
import type { DispatchRequest, DispatchRunRequestBody } from "./dispatch-request.ts";
import type { RunServiceDependencies } from "./run-service-dependencies.ts";

export interface RunPlanWithFlowRow {
  readonly plan: FlowRunPlan;
  readonly flow: FlowRow | undefined;
  readonly flowVersionId: string | null;
  readonly totalSteps: number;
}

interface FlowToRun extends Pick<RunPlanWithFlowRow, "flow" | "flowVersionId"> {
  readonly name: string;
  readonly steps: readonly JsonObject[];
}

/** The flow and the id of the record that the request saved before its run. */
export interface SavedForRun {
  readonly flow: FlowRow | undefined;
  readonly recordId: string | null;
  readonly writes: { readonly flow: { readonly draftVersionId: string } | null };
}

/** Throws without the flow or record, before the other one is saved. `upToStep` is checked when saving. */
export async function assertDispatchCanBePlanned(
  context: RunServiceDependencies,
  caller: Caller,
  { body, flowToSave, recordToCreate }: DispatchRequest,
): Promise<void> {
  if (!recordToCreate) await readRecord(context, caller, body);
  if (flowToSave) return;
  const { name, steps } = await readFlow(context, caller, body);
  assertFlowHasStep({ name, flowSteps: steps }, body.options?.upToStep);
}

/** Throws 404 for a missing flow, version or record, and 400 for other errors. */
export async function createDispatchPlan(
  context: RunServiceDependencies,
  caller: Caller,
  { body, recordToCreate }: DispatchRequest,
  saved?: SavedForRun,
): Promise<RunPlanWithFlowRow> {
  const { options = {} } = body;
  const { upToStep } = options;
  const { flow, name, steps, flowVersionId } = saved?.flow
    ? await readSavedFlow(context.store, saved.flow, saved.writes.flow?.draftVersionId)
    : await readFlow(context, caller, body);
  const record = recordToCreate
    ? describeSentRecord(recordToCreate, saved?.recordId ?? null)
    : await readRecord(context, caller, body);
  assertFlowHasStep({ name, flowSteps: steps }, upToStep);
  const placed = listStepsWithPaths(steps, []);
  const isAppending = options.autoAppendMetadata === true && Object.keys(record?.metadata ?? {}).length > 0;
  const plan: FlowRunPlan = {
    executionId: createPrefixedId("exec", context.now()),
    flow: { id: flow?.id ?? null, name },
    steps: isAppending ? appendMetadataToPrompts(steps) : steps,
    record,
    inputs: body.inputs ?? {},
    messages: body.messages ?? record?.messages ?? [],
    secrets: body.secrets ?? {},
    caller,
    modelOverride: options.modelOverride,
    upToStep,
    idempotencyKey: undefined,
  };
  return { plan, flow, flowVersionId, totalSteps: placed.length };
}

/** Throws 400 if no step has this run id. */
export function assertFlowHasStep(flow: FlowJson, upToStep: string | undefined): void {
  if (upToStep === undefined || findStepByRunId(parseFlowDocument(flow), upToStep)) return;
  const message = "The flow has no step with this id.";
  throw createInvalidRequestError(message, { message, path: "options.upToStep", code: "UNKNOWN_STEP" });
}

async function readSavedFlow({ database }: Store, row: FlowRow, savedVersionId?: string): Promise<FlowToRun> {
  // The published version may differ from the saved definition.
  const flowVersionId =
    savedVersionId ??
    row.draftVersionId ??
    (await findLatestVersion(database, row.organizationId, row.id))?.id ??
    null;
  return { flow: row, name: row.name, steps: parseStepsJson(row.steps), flowVersionId };
}

async function readFlow(
  { store }: RunServiceDependencies,
  caller: Caller,
  { flow = {}, options = {} }: DispatchRunRequestBody,
): Promise<FlowToRun> {
  const { id = "", name = "", steps: sent } = flow;
  if (sent === undefined) {
    const row = isWellFormedId(id) ? await findFlow(store.database, caller.organizationId, id) : undefined;
    if (!row) throw createFlowNotFoundError();
    const { flowVersionId } = options;
    return flowVersionId === undefined ? readSavedFlow(store, row) : readVersion(store, row, flowVersionId);
  }
  const details = listErrorsOfUnsavedSteps(sent, "flow.steps");
  if (details.length > 0) throw createInvalidRequestError("The steps are not valid.", ...details);
  return { flow: undefined, name, steps: sortStepsByOrderProperty(sent), flowVersionId: null };
}

async function readVersion(store: Store, row: FlowRow, id: string): Promise<FlowToRun> {
  const version = isWellFormedId(id) ? await findVersion(store.database, row.organizationId, id) : undefined;
  if (!version) throw createNotFoundError("Version not found.");
  if (version.flowId !== row.id) throw createVersionOfOtherFlowError("options.flowVersionId");
  // A draft has no config of its own: it is the saved definition.
  const config = version.config === null ? undefined : parseVersionConfig(JSON.parse(version.config));
  if (!config) return { ...(await readSavedFlow(store, row)), flowVersionId: id };
  const steps = sortStepsByOrderProperty(config.flowSteps);
  return { flow: row, name: config.name === "" ? row.name : config.name, steps, flowVersionId: id };
}

const METADATA_TEMPLATE = "\n\nRecord metadata:\n{{_record.metadata}}";

/** Appends the record's metadata to the text of each prompt, or to its instructions if the run supplies the messages. */
function appendMetadataToPrompts(steps: readonly JsonObject[]): readonly JsonObject[] {
  return steps.map((step) => {
    const config = isJsonObject(step["config"]) ? step["config"] : {};
    if (step["type"] === "prompt") {
      const key = ["userPrompt", "text"].find((name) => isText(config[name])) ?? "systemPrompt";
      const text = isText(config[key]) ? config[key] : "";
      return { ...step, config: { ...config, [key]: `${text}${METADATA_TEMPLATE}`.trimStart() } };
    }
    if (step["type"] !== "conditional") return step;
    const branches = BRANCH_NAMES.flatMap((branch) => {
      const nested = config[branch];
      return Array.isArray(nested) ? [[branch, appendMetadataToPrompts(nested.filter(isJsonObject))]] : [];
    });
    return { ...step, config: { ...config, ...(Object.fromEntries(branches) as JsonObject) } };
  });
}

function isText(value: JsonValue | undefined): value is string {
  return typeof value === "string" && value.trim() !== "";
}

async function readRecord(
  { records }: RunServiceDependencies,
  caller: Caller,
  { record }: DispatchRunRequestBody,
): Promise<RecordOfRun | undefined> {
  if (record === undefined) return undefined;
  const { id } = record;
  if (id === undefined) return describeSentRecord(record, null);
  assertCallerHasScope(caller, "RECORDS:READ");
  const found = isWellFormedId(id) ? await records.find(caller, id) : undefined;
  if (!found) throw createNotFoundError("Record not found.");
  return found;
}

function describeSentRecord(
  { name = "", type = "", metadata = {}, messages }: NonNullable<DispatchRunRequestBody["record"]>,
  id: string | null,
): RecordOfRun {
  return { id, name, type, metadata, messages: Array.isArray(messages) ? messages : null };
}
