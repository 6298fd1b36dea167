import type { DispatchRequestBody } from "#contract/dispatch.ts";
import { createRecordBodySchema } from "#contract/record.ts";
import { type JsonObject, type JsonValue, isJsonObject } from "#core/json/json.ts";
import { type Caller, assertCallerHasScope } from "#server/domain/caller.ts";
import { type JsonTypeOf, listSchemaViolations } from "#server/domain/assert-matches-schema.ts";
import {
  type CodedErrorDetail,
  DomainError,
  createInvalidRequestError,
} from "#server/domain/domain-error.ts";
import type { UpsertSettings } from "#server/flows/upsert-flow.ts";
import { readModelMessage } from "#server/runner/model/read-messages.ts";

export type DispatchRunRequestBody = JsonTypeOf<DispatchRequestBody>;
type DispatchFlow = NonNullable<DispatchRunRequestBody["flow"]>;
type DispatchRecord = NonNullable<DispatchRunRequestBody["record"]>;

export interface DispatchWarning extends CodedErrorDetail {
  readonly path: string;
  readonly code: "UNSUPPORTED_OPTION";
}

/** A dispatch request that `checkDispatchRequest` has accepted. */
export interface DispatchRequest {
  readonly body: DispatchRunRequestBody;
  /** The flow to save before the run. */
  readonly flowToSave:
    | {
        readonly flow: DispatchFlow & { readonly steps: readonly JsonObject[] };
        readonly settings: UpsertSettings;
      }
    | undefined;
  /** The record to create before the run. */
  readonly recordToCreate: (DispatchRecord & { readonly name: string; readonly type: string }) | undefined;
  readonly warnings: readonly DispatchWarning[];
}

/** Throws 403 for a missing scope, 422 for no flow, 400 for other errors. */
export function checkDispatchRequest(
  caller: Caller,
  body: DispatchRunRequestBody,
  ifMatch?: string,
): DispatchRequest {
  const { flow, options = {} } = body;
  const { flowMode, recordMode } = options;
  const isSaving = flowMode === "create" || flowMode === "upsert";
  if (isSaving) assertCallerHasScope(caller, "FLOWS:WRITE");
  if (recordMode === "create") assertCallerHasScope(caller, "RECORDS:WRITE");
  if (flow === undefined) throw createMissingFlowError(body);
  checkMessages(body.messages ?? []);
  const { steps } = checkFlow(flow, flowMode);
  if (options.flowVersionId !== undefined && steps !== undefined) {
    throw refuse(
      "options.flowVersionId",
      "flowVersionId runs a version of a saved flow: send flow.id, and no steps.",
    );
  }
  const settings = isSaving ? readUpsertSettings(flowMode, options) : undefined;
  const flowToSave = settings && steps ? { flow: { ...flow, steps }, settings } : undefined;
  const recordToCreate = checkRecord(body);
  const warnings = listWarnings(body, settings?.mode, ifMatch);
  return { body, flowToSave, recordToCreate, warnings };
}

function createMissingFlowError(body: DispatchRunRequestBody): DomainError {
  if (isJsonObject(body["agent"])) {
    return refuse("agent", "This server runs flows, not agents. Send a flow, or use the hosted API.");
  }
  const message = "No flow to run. Send flow.id, or a flow with a name and steps.";
  return new DomainError("incomplete", message, {
    details: [{ message, path: "flow", code: "MISSING_FLOW" }],
  });
}

function checkFlow(flow: DispatchFlow, mode: string | undefined): Pick<DispatchFlow, "steps"> {
  const { id, name, steps } = flow;
  const isSaving = mode === "create" || mode === "upsert";
  const missing = (path: string, message: string) =>
    createInvalidRequestError(message, { message, path, code: "MISSING_REQUIRED_FIELD" });
  if (steps === undefined) {
    if (isSaving) throw missing("flow.steps", `flowMode ${mode} saves a definition: send its steps.`);
    if (id === undefined) throw missing("flow.steps", "Send flow.id, or a flow with a name and steps.");
    return { steps };
  }
  if (mode === "existing") {
    throw refuse("options.flowMode", "flowMode existing runs a saved flow: send its id and no steps.");
  }
  if (mode === "create" && id !== undefined) {
    throw refuse("flow.id", "flowMode create makes a new flow with a new id: send no id, or use upsert.");
  }
  if (name === undefined && !(mode === "upsert" && id !== undefined)) {
    throw missing("flow.name", "A flow with steps needs a name.");
  }
  if (steps.length === 0) {
    const message = "A flow to run needs at least one step.";
    throw createInvalidRequestError(message, { message, path: "flow.steps", code: "TOO_SHORT" });
  }
  return { steps };
}

function checkRecord({ record, options = {} }: DispatchRunRequestBody): DispatchRequest["recordToCreate"] {
  const { recordMode } = options;
  if (recordMode === "existing" && record !== undefined && record.id === undefined) {
    throw refuse("record.id", "recordMode existing runs on a stored record: send its id, or use virtual.");
  }
  if (recordMode !== "create") return undefined;
  if (record?.id !== undefined) {
    throw refuse("record.id", "recordMode create makes a new record with a new id: send no id.");
  }
  const details = listSchemaViolations(createRecordBodySchema, record ?? {}, ["record"]);
  if (details.length > 0) throw createInvalidRequestError("The record is not valid.", ...details);
  return record as DispatchRequest["recordToCreate"];
}

const MAX_DETAILS = 50;

function checkMessages(messages: readonly JsonValue[]): void {
  const details: CodedErrorDetail[] = [];
  for (const [index, message] of messages.entries()) {
    const read = readModelMessage(message);
    if ("role" in read) continue;
    const path = ["messages", index, ...read.path].join(".");
    details.push({ message: read.message, path, code: "INVALID_VALUE" });
    if (details.length >= MAX_DETAILS) break;
  }
  if (details.length > 0) throw createInvalidRequestError("The messages are not valid.", ...details);
}

type DispatchOptions = NonNullable<DispatchRunRequestBody["options"]>;

function readUpsertSettings(mode: UpsertSettings["mode"], options: DispatchOptions): UpsertSettings {
  const { upsertOptions = {}, createVersion, versionType, versionLabel, versionNotes } = options;
  const hasOwnVersion = createVersion === true && versionType !== "draft";
  return {
    mode,
    path: "flow",
    keepsVersionOnChange: upsertOptions.createVersionOnChange !== false,
    overwritesExternalChanges: upsertOptions.allowOverwriteExternalChanges === true,
    versionType: hasOwnVersion ? (versionType ?? "test") : undefined,
    label: versionLabel,
    notes: versionNotes,
  };
}

const BODY_KEYS = ["flow", "record", "messages", "inputs", "secrets", "options"];
const OPTION_KEYS = [
  "streamResponse",
  "flowMode",
  "recordMode",
  "storeResults",
  "modelOverride",
  "autoAppendMetadata",
  "flowVersionId",
  "upToStep",
];
/** Options that apply only to a flow that the dispatch saves. */
const SAVE_KEYS = ["createVersion", "versionType", "versionLabel", "versionNotes", "upsertOptions"];
const MAX_WARNINGS = 20;
const MAX_NAME = 100;

/** Lists the parts of a request that have no effect here. Parts that ask for nothing, such as `false`, are left out. */
function listWarnings(
  body: DispatchRunRequestBody,
  mode: UpsertSettings["mode"] | undefined,
  ifMatch: string | undefined,
): readonly DispatchWarning[] {
  const { flow = {}, options = {} } = body;
  const warnings: DispatchWarning[] = [];
  const warn = (path: string, message: string) =>
    void warnings.push({ message, path, code: "UNSUPPORTED_OPTION" });
  if (ifMatch !== undefined && mode !== "upsert") {
    warn("If-Match", "The header If-Match has no effect: it applies only with flowMode upsert.");
  }
  for (const key of Object.keys(body)) {
    if (BODY_KEYS.includes(key) || !asksForSomething(body[key])) continue;
    if (key === "clientTools") {
      warn(key, "This server does not offer tools to models; the run goes on without clientTools.");
    } else warn(key.slice(0, MAX_NAME), "This server does not know this field and ignored it.");
  }
  if (mode === undefined && flow.steps !== undefined) {
    if (flow.id !== undefined) warn("flow.id", "The id has no effect: the steps of the request run unsaved.");
    if (options.storeResults === true) {
      warn("options.storeResults", "Results are stored only for saved flows; this flow is not saved.");
    }
  }
  for (const key of Object.keys(options)) {
    if (OPTION_KEYS.includes(key) || !asksForSomething(options[key])) continue;
    const path = `options.${key.slice(0, MAX_NAME)}`;
    if (!SAVE_KEYS.includes(key)) warn(path, "This server does not support this option and ignored it.");
    else if (mode === undefined) {
      warn(path, "This option has no effect: it applies only with flowMode create or upsert.");
    } else if (key === "upsertOptions" && mode === "create") {
      warn(path, "This option has no effect: it applies only with flowMode upsert.");
    } else if (key === "versionType" && options.createVersion !== true) {
      warn(path, "No version was created: versionType applies only with createVersion true.");
    }
  }
  return warnings.slice(0, MAX_WARNINGS);
}

function asksForSomething(value: JsonValue | undefined): boolean {
  if (value === undefined || value === null || value === false || value === "") return false;
  if (Array.isArray(value)) return value.length > 0;
  return !isJsonObject(value) || Object.keys(value).length > 0;
}

function refuse(path: string, message: string): DomainError {
  return createInvalidRequestError(message, { message, path, code: "UNSUPPORTED_MODE" });
}
