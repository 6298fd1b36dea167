import { SAVE_KEY } from "#contract/flow.ts";
import type { JsonObject } from "#core/json.ts";
import type { Answer } from "#server/answer.ts";
import { ApiFailure } from "#server/api-failure.ts";
import type { Caller } from "#server/caller.ts";
import type { Transaction } from "#server/store/database.ts";
import { type FlowRow, deleteFlow, insertFlow, updateFlow } from "#server/store/flow-rows.ts";
import { findLatestVersion, insertVersion, nextVersionNumber } from "#server/store/version-rows.ts";
import { arrangeSteps, parseSteps } from "./arrange-steps.ts";
import { deriveDefinition, summariseSteps } from "./definition.ts";
import { flowHeaders, flowText } from "./flow-answer.ts";
import { holdFlow } from "./flow-access.ts";
import { type FlowContext, mintId } from "./flow-context.ts";
import { flowChanged, flowDeleted } from "./flow-news.ts";
import { checkSteps } from "./step-rules.ts";

/** The body was checked against the contract; here come the rules that need the flow. */
interface FlowInput {
  readonly name?: string;
  readonly description?: string | null;
  readonly flowSteps?: readonly JsonObject[];
}

interface WriteHeaders {
  /** The version that is to be replaced; any, where it is left out. */
  readonly ifMatch?: string | undefined;
  readonly saveKey?: string | undefined;
}

/** A client that saves every few seconds over a bad line finds its own save among so many others. */
const KEPT_SAVE_KEYS = 20;

/** Creates the flow with its first draft, so that it can be published at once. */
export async function createFlow(
  context: FlowContext,
  tx: Transaction,
  caller: Caller,
  body: JsonObject,
): Promise<Answer> {
  const key = stepsKey(body);
  const sent = (body[key] ?? []) as readonly JsonObject[];
  refuseFaults(checkSteps(sent, key, context.extraStepTypes));
  const now = context.now();
  const steps = arrangeSteps(sent, undefined, () => mintId("step", now));
  const draftVersionId = mintId("flowver", now);
  const row = {
    ...deriveDefinition(body["name"] as string, steps),
    organizationId: caller.organizationId,
    id: mintId("flow", now),
    userId: caller.userId,
    description: context.extras ? ((body["description"] ?? null) as string | null) : null,
    revision: 1,
    saveKeys: "[]",
    draftVersionId,
    publishedVersionId: null,
    publishedVersionNumber: null,
    publishedHash: null,
    lastRunAt: null,
    lastRunStatus: null,
    createdAt: new Date(now),
    updatedAt: new Date(now),
  };
  await insertFlow(tx, row);
  await insertDraft(tx, row, draftVersionId, 1, steps, now);
  return {
    status: 201,
    body: flowText(row, context),
    headers: flowHeaders(row, context),
    news: flowChanged("created", row),
  };
}

/** Where the body of a new flow holds its steps: `steps` stands in for `flowSteps` where that is left out. */
export function stepsKey(body: JsonObject): "flowSteps" | "steps" {
  return body["flowSteps"] === undefined && body["steps"] !== undefined ? "steps" : "flowSteps";
}

/** Changes what the body names. When that is nothing new, nothing is written and the flow keeps its time and token. */
export async function changeFlow(
  context: FlowContext,
  tx: Transaction,
  caller: Caller,
  id: string,
  input: FlowInput,
  { ifMatch, saveKey }: WriteHeaders,
): Promise<Answer> {
  const row = await holdFlow(context, tx, caller, id, ifMatch);
  const stored = parseSteps(row.steps);
  const now = Math.max(context.now(), row.updatedAt.getTime() + 1);
  let steps = stored;
  if (input.flowSteps) {
    refuseFaults(checkSteps(input.flowSteps, "flowSteps", context.extraStepTypes, stored));
    steps = arrangeSteps(input.flowSteps, stored, () => mintId("step", now));
  }
  const definition = deriveDefinition(input.name ?? row.name, steps);
  const description = context.extras && input.description !== undefined ? input.description : row.description;
  const isSameDefinition = definition.definitionHash === row.definitionHash;
  if (isSameDefinition && description === row.description) return answerChange(context, tx, row);

  const draftVersionId = row.draftVersionId ?? (isSameDefinition ? null : mintId("flowver", now));
  const changes = {
    ...definition,
    description,
    draftVersionId,
    revision: row.revision + 1,
    saveKeys: addSaveKey(row.saveKeys, saveKey),
    updatedAt: new Date(now),
  };
  await updateFlow(tx, caller.organizationId, id, changes);
  if (draftVersionId !== null && row.draftVersionId === null) {
    const number = await nextVersionNumber(tx, caller.organizationId, id);
    await insertDraft(tx, row, draftVersionId, number, steps, now);
  }
  const changed = { ...row, ...changes };
  return { ...(await answerChange(context, tx, changed)), news: flowChanged("updated", changed) };
}

/** The keys of the newest saves, with this one before them. */
function addSaveKey(stored: string, key: string | undefined): string {
  const keys = JSON.parse(stored) as readonly (string | null)[];
  const added = key !== undefined && SAVE_KEY.test(key) ? key : null;
  return JSON.stringify([added, ...keys.slice(0, KEPT_SAVE_KEYS - 1)]);
}

export async function removeFlow(
  context: FlowContext,
  tx: Transaction,
  caller: Caller,
  id: string,
  ifMatch: string | undefined,
): Promise<Answer> {
  await holdFlow(context, tx, caller, id, ifMatch);
  await deleteFlow(tx, caller.organizationId, id);
  return { status: 204, news: flowDeleted(id) };
}

/** A `PUT` always names a version: the draft, or after a publish without a change since, the latest one. */
async function answerChange(context: FlowContext, tx: Transaction, row: FlowRow): Promise<Answer> {
  const latest = row.draftVersionId ?? (await findLatestVersion(tx, row.organizationId, row.id))?.id;
  if (latest === undefined) throw new Error(`flow ${row.id} has no version`);
  return {
    status: 200,
    body: flowText(row, context, { draftVersionId: latest }),
    headers: flowHeaders(row, context),
  };
}

async function insertDraft(
  tx: Transaction,
  flow: Pick<FlowRow, "organizationId" | "id">,
  id: string,
  versionNumber: number,
  steps: readonly JsonObject[],
  now: number,
): Promise<void> {
  await insertVersion(tx, {
    organizationId: flow.organizationId,
    id,
    flowId: flow.id,
    versionNumber,
    versionType: "draft",
    stepSummary: summariseSteps(steps),
    stepCount: steps.length,
    createdAt: new Date(now),
  });
}

function refuseFaults(details: ReturnType<typeof checkSteps>): void {
  if (details.length > 0) throw new ApiFailure(400, "The steps are not valid.", details);
}
