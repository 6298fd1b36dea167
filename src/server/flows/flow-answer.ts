import { objectText } from "#server/answer.ts";
import type { FlowRow } from "#server/store/flow-rows.ts";
import type { FlowListRow } from "#server/store/flow-page.ts";
import type { FlowContext } from "./flow-context.ts";
import { versionToken } from "./version-token.ts";

/** A flow as the API answers it. The stored text of its steps goes in as it is, neither parsed nor written anew. */
export function flowText(
  row: FlowRow,
  context: FlowContext,
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
    ...(context.publicUrl !== undefined && { dashboardUrl: `${context.publicUrl}/flows/${row.id}` }),
    ...draft,
  };
  if (!context.extras) return objectText(documented, { flowSteps: row.steps });
  const extras = {
    draftVersionId: row.draftVersionId,
    ...draft,
    description: row.description,
    ...publishFields(row),
  };
  return objectText({ ...documented, ...extras }, { flowSteps: row.steps, saveKeys: row.saveKeys });
}

/** The flow's token as a strong `ETag`. A flow is never cached: another tab's save must be seen at once. */
export function flowHeaders(row: FlowRow, context: FlowContext): Readonly<Record<string, string>> {
  return context.extras ? { etag: `"${versionToken(row)}"` } : {};
}

export function flowListItemText(row: FlowListRow, context: FlowContext): string {
  const documented = {
    id: row.id,
    name: row.name,
    createdAt: row.createdAt,
    updatedAt: row.updatedAt,
    lastRunAt: row.lastRunAt,
  };
  if (!context.extras) return objectText(documented);
  const extras = {
    lastRunStatus: row.lastRunStatus,
    stepCount: row.stepCount,
    disabledStepCount: row.disabledStepCount,
    ...publishFields(row),
  };
  return objectText({ ...documented, ...extras }, { line: row.line });
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
    versionToken: versionToken(row),
  };
}
