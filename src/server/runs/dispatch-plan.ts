import type { DispatchBody } from "#contract/dispatch.ts";
import type { ErrorDetail } from "#contract/error-body.ts";
import { FLOW_LIMITS } from "#contract/flow.ts";
import type { JsonObject, JsonValue } from "#core/json.ts";
import { sortByOrder } from "#core/step-order.ts";
import { ApiFailure, invalid } from "#server/api-failure.ts";
import type { Caller } from "#server/caller.ts";
import { parseSteps } from "#server/flows/arrange-steps.ts";
import { mintId } from "#server/flows/flow-context.ts";
import { flowNotFound, isId } from "#server/flows/flow-access.ts";
import { checkSteps, placeSteps } from "#server/flows/step-rules.ts";
import type { RunPlan, RunRecord } from "#server/runner/run-plan.ts";
import { type FlowRow, findFlow } from "#server/store/flow-rows.ts";
import type { RunContext } from "./run-context.ts";

export interface DispatchPlan {
  readonly plan: RunPlan;
  /** The stored flow that it is a run of. */
  readonly flow: FlowRow | undefined;
  /** Nested ones counted. */
  readonly totalSteps: number;
}

/** What a request to dispatch wants to be run; 404 for what is not there, 422 without a flow, 400 for what cannot be. */
export async function planDispatch(
  context: RunContext,
  caller: Caller,
  body: DispatchBody,
): Promise<DispatchPlan> {
  const { options = {} } = body;
  refuseModes(body);
  const { flow, name, steps } = await readFlow(context, caller, body);
  const record = await readRecord(context, caller, body);
  const placed = placeSteps(steps, []);
  const { upToStep } = options;
  if (upToStep !== undefined && !placed.some(({ step }) => step["id"] === upToStep)) {
    const message = "The flow has no step with this id.";
    throw invalid(message, { message, path: "options.upToStep", code: "UNKNOWN_STEP" });
  }
  const plan: RunPlan = {
    executionId: mintId("exec", context.now()),
    flow: { id: flow?.id ?? null, name },
    steps,
    record,
    inputs: body.inputs ?? {},
    messages: body.messages ?? record?.messages ?? [],
    secrets: body.secrets ?? {},
    caller,
    modelOverride: options.modelOverride,
    upToStep,
  };
  return { plan, flow, totalSteps: placed.length };
}

/** What would write a flow or a record is left to the endpoints that are for that. */
function refuseModes({ flow, options = {} }: DispatchBody): void {
  const { flowMode, recordMode } = options;
  if (flowMode === "create" || flowMode === "upsert") {
    const message = `This server does not save flows in a run (${flowMode}): save it with POST or PUT /v1/flows and send its id, or run it unsaved with flowMode virtual.`;
    throw invalid(message, { message, path: "options.flowMode", code: "UNSUPPORTED_MODE" });
  }
  if (recordMode === "create") {
    const message =
      "This server does not create records in a run: create it with POST /v1/records and send its id, or run on one that is not kept with recordMode virtual.";
    throw invalid(message, { message, path: "options.recordMode", code: "UNSUPPORTED_MODE" });
  }
  const isSaved = flow !== undefined && "id" in flow && flow["steps"] === undefined;
  if (flowMode === "existing" && flow !== undefined && !isSaved) {
    const message = "flowMode existing runs a saved flow: send its id and no steps.";
    throw invalid(message, { message, path: "options.flowMode", code: "UNSUPPORTED_MODE" });
  }
}

async function readFlow({ store }: RunContext, caller: Caller, { flow }: DispatchBody) {
  if (flow === undefined) {
    const message = "There is no flow to run: send flow.id, or a flow with a name and steps.";
    throw new ApiFailure(422, message, [{ message, path: "flow", code: "MISSING_FLOW" }]);
  }
  if (flow["steps"] === undefined) {
    const { id } = flow;
    const row = isId(id) ? await findFlow(store.database, caller.organizationId, id) : undefined;
    if (!row) throw flowNotFound();
    return { flow: row, name: row.name, steps: parseSteps(row.steps) };
  }
  const sent = flow["steps"] as readonly JsonObject[];
  const details = checkSteps(sent, "flow.steps", typesOf(sent));
  if (details.length > 0) throw new ApiFailure(400, "The steps are not valid.", details);
  return { flow: undefined, name: flow.name, steps: sortByOrder(sent) };
}

/** A step of a type that nobody knows fails when its turn comes, and the steps before it run. */
function typesOf(steps: readonly JsonObject[]): readonly string[] {
  if (steps.length > FLOW_LIMITS.steps) return [];
  return placeSteps(steps, [], [] as ErrorDetail[])
    .slice(0, FLOW_LIMITS.steps)
    .flatMap(({ step }) => {
      const type = (step as JsonObject | null)?.["type"];
      return typeof type === "string" ? [type] : [];
    });
}

async function readRecord(
  { records }: RunContext,
  caller: Caller,
  { record }: DispatchBody,
): Promise<RunRecord | undefined> {
  if (record === undefined) return undefined;
  if (typeof record["id"] === "string") {
    const found = isId(record["id"]) ? await records.find(caller, record["id"]) : undefined;
    if (!found) throw new ApiFailure(404, "Record not found.");
    return found;
  }
  const { name, type, metadata } = record as {
    readonly name?: string;
    readonly type?: string;
    readonly metadata?: JsonObject;
  };
  const messages = record["messages"] as JsonValue | undefined;
  return {
    id: null,
    name: name ?? "",
    type: type ?? "",
    metadata: metadata ?? {},
    messages: Array.isArray(messages) ? messages : null,
  };
}
