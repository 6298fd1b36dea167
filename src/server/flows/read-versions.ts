import * as z from "zod/mini";
import { type JsonObject, isJsonObject } from "#core/json.ts";
import { type Answer, objectText } from "#server/answer.ts";
import { ApiFailure } from "#server/api-failure.ts";
import type { Caller } from "#server/caller.ts";
import { readCursor } from "#server/cursor.ts";
import { clampLimit, describeForward } from "#server/paging.ts";
import type { FlowRow } from "#server/store/flow-rows.ts";
import { type VersionRow, type VersionType, findVersion, listVersions } from "#server/store/version-rows.ts";
import { parseSteps } from "./arrange-steps.ts";
import { countChangesSince } from "./count-version-changes.ts";
import { summariseSteps } from "./definition.ts";
import { getFlow, isId } from "./flow-access.ts";
import type { FlowContext } from "./flow-context.ts";
import { otherFlow } from "./publish.ts";

interface VersionQuery {
  readonly type?: VersionType | undefined;
  readonly limit?: string | undefined;
  readonly cursor?: string | undefined;
}

/** All of a flow's versions, newest first; a page of them where `limit` or `cursor`, which are extras, ask for one. */
export async function readVersions(
  context: FlowContext,
  caller: Caller,
  flowId: string,
  query: VersionQuery,
): Promise<Answer> {
  const flow = await getFlow(context, caller, flowId);
  const isPaged = context.extras && (query.limit !== undefined || query.cursor !== undefined);
  const limit = clampLimit(query.limit);
  const before = isPaged && query.cursor ? readCursor(versionCursor, query.cursor).versionNumber : undefined;
  const found = await listVersions(context.store.database, caller.organizationId, flowId, {
    type: query.type,
    ...(isPaged && { before, limit: limit + 1 }),
  });
  const { rows, pagination } = describeForward(
    found,
    isPaged ? limit : found.length,
    ({ versionNumber }) => ({ versionNumber }),
  );
  const hasDraft = context.extras && rows.some(({ versionType }) => versionType === "draft");
  const draftChanges = hasDraft ? await countChangesSince(context.store.database, flow) : undefined;
  const versions = rows.map((row) => {
    const version = describeVersion(row, flow);
    if (!context.extras) return version;
    const frozen = row.changes === null ? null : (JSON.parse(row.changes) as JsonObject);
    return { ...version, changes: row.versionType === "draft" ? (draftChanges ?? null) : frozen };
  });
  return {
    status: 200,
    body: objectText({
      flowId,
      publishedVersionId: flow.publishedVersionId,
      versions,
      ...(isPaged && { pagination }),
    }),
  };
}

export async function readPublishedVersion(
  context: FlowContext,
  caller: Caller,
  flowId: string,
): Promise<Answer> {
  const flow = await getFlow(context, caller, flowId);
  if (flow.publishedVersionId === null) throw new ApiFailure(404, "The flow has no published version.");
  return readVersion(context, caller, flowId, flow.publishedVersionId);
}

export async function readVersion(
  context: FlowContext,
  caller: Caller,
  flowId: string,
  versionId: string,
): Promise<Answer> {
  const flow = await getFlow(context, caller, flowId);
  const version = isId(versionId)
    ? await findVersion(context.store.database, caller.organizationId, versionId)
    : undefined;
  if (!version) throw new ApiFailure(404, "Version not found.");
  if (version.flowId !== flowId) throw otherFlow("versionId");
  const { id, versionNumber, versionType, label, notes, createdAt } = version;
  const fields = { id, flowId, versionNumber, versionType, label, notes, createdAt };
  return { status: 200, body: objectText(fields, { flowConfig: configText(version, flow) }) };
}

/** A flow's steps on their own. They live inside their flow, so they have no dates. */
export async function readFlowSteps(context: FlowContext, caller: Caller, flowId: string): Promise<Answer> {
  const flow = await getFlow(context, caller, flowId);
  const data = parseSteps(flow.steps).map((step, index) => describeStep(step, index, flow));
  const sorted = data.toSorted((a, b) => a.order - b.order);
  return { status: 200, body: objectText({ flowId, flowName: flow.name, data: sorted }) };
}

/** The draft stands for the flow's saved definition. */
function configText(version: VersionRow, flow: FlowRow): string {
  return version.config ?? objectText({ name: flow.name }, { flowSteps: flow.steps });
}

function describeVersion(row: Awaited<ReturnType<typeof listVersions>>[number], flow: FlowRow) {
  const { id, versionNumber, versionType, label, notes, createdAt } = row;
  const isDraft = versionType === "draft";
  const stepSummary = isDraft ? summariseSteps(parseSteps(flow.steps)) : row.stepSummary;
  const stepCount = isDraft ? flow.stepCount : row.stepCount;
  return { id, versionNumber, versionType, label, notes, stepSummary, stepCount, createdAt };
}

function describeStep(step: JsonObject, index: number, flow: FlowRow) {
  const { order, config, name, when } = step;
  return {
    id: step["id"],
    flowId: flow.id,
    type: step["type"],
    order: typeof order === "number" ? order : index,
    enabled: step["enabled"] !== false,
    config: isJsonObject(config) ? config : {},
    userId: flow.userId,
    ...(name !== undefined && { name }),
    ...(when !== undefined && { when }),
    createdAt: null,
    updatedAt: null,
  };
}

const versionCursor = z.object({ versionNumber: z.int().check(z.minimum(1), z.maximum(2 ** 31 - 1)) });
