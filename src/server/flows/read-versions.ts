import * as z from "zod/mini";
import { type JsonObject, isJsonObject } from "#core/json/json.ts";
import { serializeWithRawJson } from "#server/domain/serialize-with-raw-json.ts";
import { createNotFoundError } from "#server/domain/domain-error.ts";
import type { Caller } from "#server/domain/caller.ts";
import { decodeCursor } from "#server/domain/cursor.ts";
import { parseAndClampPageLimit, trimQueryRowsToForwardOnlyPage } from "#server/domain/page-response.ts";
import type { FlowRow } from "#server/store/flow-rows.ts";
import { type VersionRow, type VersionType, findVersion, listVersions } from "#server/store/version-rows.ts";
import { parseStepsJson } from "./normalize-step-order.ts";
import { countChangesSinceLatestVersion } from "./count-version-changes.ts";
import { summarizeStepNames } from "./definition.ts";
import { getFlow, isWellFormedId } from "./flow-access.ts";
import type { FlowServiceDependencies } from "./flow-context.ts";
import { getDefinitionAuthor } from "./freeze-definition.ts";
import { createVersionOfOtherFlowError } from "./publish.ts";

interface VersionQuery {
  readonly type?: VersionType | undefined;
  readonly limit?: string | undefined;
  readonly cursor?: string | undefined;
}

/** Returns all versions, newest first, or one page if `limit` or `cursor` (both extensions of the API) is given. */
export async function readFlowVersions(
  context: FlowServiceDependencies,
  caller: Caller,
  flowId: string,
  query: VersionQuery,
): Promise<string> {
  const flow = await getFlow(context, caller, flowId);
  const isPaged = context.extras && (query.limit !== undefined || query.cursor !== undefined);
  const limit = parseAndClampPageLimit(query.limit);
  const before =
    isPaged && query.cursor ? decodeCursor(versionCursor, query.cursor).versionNumber : undefined;
  const found = await listVersions(context.store.database, caller.organizationId, flowId, {
    type: query.type,
    ...(isPaged && { before, limit: limit + 1 }),
  });
  const { rows, pagination } = trimQueryRowsToForwardOnlyPage(
    found,
    isPaged ? limit : found.length,
    ({ versionNumber }) => ({
      versionNumber,
    }),
  );
  const hasDraft = context.extras && rows.some(({ versionType }) => versionType === "draft");
  const draftChanges = hasDraft
    ? await countChangesSinceLatestVersion(context.store.database, flow)
    : undefined;
  const versions = rows.map((row) => {
    const version = describeVersion(row, flow);
    if (!context.extras) return version;
    const counted = row.versionType === "draft" ? flow : row;
    const totalStepCount = counted.totalStepCount ?? counted.stepCount;
    const frozen = row.changes === null ? null : (JSON.parse(row.changes) as JsonObject);
    return {
      ...version,
      createdBy: row.versionType === "draft" ? getDefinitionAuthor(flow) : row.createdBy,
      totalStepCount,
      changes: row.versionType === "draft" ? (draftChanges ?? null) : frozen,
    };
  });
  return serializeWithRawJson({
    flowId,
    publishedVersionId: flow.publishedVersionId,
    versions,
    ...(isPaged && { pagination }),
  });
}

export async function readPublishedVersion(
  context: FlowServiceDependencies,
  caller: Caller,
  flowId: string,
): Promise<string> {
  const flow = await getFlow(context, caller, flowId);
  if (flow.publishedVersionId === null) throw createNotFoundError("The flow has no published version.");
  return readFlowVersion(context, caller, flowId, flow.publishedVersionId);
}

export async function readFlowVersion(
  context: FlowServiceDependencies,
  caller: Caller,
  flowId: string,
  versionId: string,
): Promise<string> {
  const flow = await getFlow(context, caller, flowId);
  const version = isWellFormedId(versionId)
    ? await findVersion(context.store.database, caller.organizationId, versionId)
    : undefined;
  if (!version) throw createNotFoundError("Version not found.");
  if (version.flowId !== flowId) throw createVersionOfOtherFlowError("versionId");
  const { id, versionNumber, versionType, label, notes, createdAt } = version;
  const createdBy = versionType === "draft" ? getDefinitionAuthor(flow) : version.createdBy;
  const fields = {
    id,
    flowId,
    versionNumber,
    versionType,
    label,
    notes,
    createdAt,
    ...(context.extras && { createdBy }),
  };
  return serializeWithRawJson(fields, { flowConfig: configText(version, flow) });
}

/** Lists the top-level steps. Their timestamps are null, because steps are stored inside their flow. */
export async function readFlowSteps(
  context: FlowServiceDependencies,
  caller: Caller,
  flowId: string,
): Promise<string> {
  const flow = await getFlow(context, caller, flowId);
  const data = parseStepsJson(flow.steps).map((step, index) => describeStep(step, index, flow));
  const sorted = data.toSorted((a, b) => a.order - b.order);
  return serializeWithRawJson({ flowId, flowName: flow.name, data: sorted });
}

/** Returns the config of a version. A draft has no config of its own; it uses the flow's saved definition. */
function configText(version: VersionRow, flow: FlowRow): string {
  return version.config ?? serializeWithRawJson({ name: flow.name }, { flowSteps: flow.steps });
}

function describeVersion(row: Awaited<ReturnType<typeof listVersions>>[number], flow: FlowRow) {
  const { id, versionNumber, versionType, label, notes, createdAt } = row;
  const isDraft = versionType === "draft";
  const stepSummary = isDraft ? summarizeStepNames(parseStepsJson(flow.steps)) : row.stepSummary;
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
