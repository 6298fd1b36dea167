import { serializeWithRawJson } from "#server/domain/serialize-with-raw-json.ts";
import type { FlowRow } from "#server/store/flow-rows.ts";
import type { FlowListRow } from "#server/store/flow-page.ts";
import type { FlowServiceDependencies } from "./flow-context.ts";
import { computeFlowVersionToken } from "./version-token.ts";

export function serializeFlow(
  row: FlowRow,
  context: FlowServiceDependencies,
  draft?: { readonly draftVersionId: string },
): string {
  const documented = {
    id: row.id,
    name: row.name,
    createdAt: row.createdAt,
    updatedAt: row.updatedAt,
    userId: row.userId,
    organizationId: row.organizationId,
    lastRunAt: row.lastRunAt,
    stepCount: row.stepCount,
    dashboardUrl: `${context.dashboardOrigin()}/flows/${row.id}`,
    ...draft,
  };
  const documentedJson = { flowSteps: row.steps, sampleMetadata: row.sampleMetadata ?? "{}" };
  if (!context.extras) return serializeWithRawJson(documented, documentedJson);
  const extras = {
    draftVersionId: row.draftVersionId,
    totalStepCount: row.totalStepCount ?? row.stepCount,
    disabledStepCount: row.disabledStepCount,
    ...draft,
    description: row.description,
    tags: row.tags,
    ...publishFields(row),
  };
  return serializeWithRawJson({ ...documented, ...extras }, { ...documentedJson, saveKeys: row.saveKeys });
}

export function createFlowResponseHeaders(
  row: FlowRow,
  context: FlowServiceDependencies,
): Readonly<Record<string, string>> {
  return context.extras ? { etag: `"${computeFlowVersionToken(row)}"` } : {};
}

export function serializeFlowListItem(row: FlowListRow, context: FlowServiceDependencies): string {
  const lastRun = describeLastRun(row);
  const documented = {
    id: row.id,
    name: row.name,
    createdAt: row.createdAt,
    updatedAt: row.updatedAt,
    lastRunAt: lastRun.lastRunAt,
  };
  if (!context.extras) return serializeWithRawJson(documented);
  const extras = {
    description: row.description,
    tags: row.tags,
    ...lastRun,
    recentOutcomes: row.recentOutcomes,
    stepCount: row.stepCount,
    totalStepCount: row.totalStepCount ?? row.stepCount,
    disabledStepCount: row.disabledStepCount,
    ...publishFields(row),
  };
  return serializeWithRawJson({ ...documented, ...extras }, { line: row.line });
}

/** Shows a running batch as the last run: the flow's own columns are only written when a batch has ended. */
function describeLastRun(row: FlowListRow) {
  const { lastRunAt, lastRunStatus, lastRunRecords, lastRunFailedRecords } = row;
  if (row.activeBatch === null) return { lastRunAt, lastRunStatus, lastRunRecords, lastRunFailedRecords };
  const { createdAt, records } = JSON.parse(row.activeBatch) as { createdAt: string; records: number };
  return {
    lastRunAt: new Date(createdAt),
    lastRunStatus: "running",
    lastRunRecords: records,
    lastRunFailedRecords: 0,
  };
}

type Published = Pick<
  FlowRow,
  "revision" | "definitionHash" | "publishedHash" | "publishedVersionId" | "publishedVersionNumber"
>;

export function hasUnpublishedChanges(row: Published): boolean {
  return row.publishedHash !== row.definitionHash;
}

function publishFields(row: Published) {
  return {
    status: row.publishedVersionId === null ? "draft" : "active",
    publishedVersionId: row.publishedVersionId,
    publishedVersionNumber: row.publishedVersionNumber,
    hasUnpublishedChanges: hasUnpublishedChanges(row),
    revision: row.revision,
    versionToken: computeFlowVersionToken(row),
  };
}
