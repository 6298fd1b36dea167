import type { PausedSchedule } from "#contract/flow.ts";
import { listMissingRunScopes } from "#server/domain/caller.ts";
import {
  type DomainError,
  createInvalidRequestError,
  createNotFoundError,
} from "#server/domain/domain-error.ts";
import { type FlowRow, updateFlow } from "#server/store/flow-rows.ts";
import { type ScheduleRow, lockActiveSchedules, updateSchedule } from "#server/store/schedule-rows.ts";
import { findVersion } from "#server/store/version-rows.ts";
import { hasUnpublishedChanges } from "./serialize-flow.ts";
import { lockFlowForWrite, isWellFormedId } from "./flow-access.ts";
import type { FlowServiceDependencies, FlowWriteTransactionContext } from "./flow-context.ts";
import { buildFlowChangedEvent } from "./flow-events.ts";
import { type VersionTexts, freezeDefinition } from "./freeze-definition.ts";

/** Publishes the saved definition. Throws `notFound`, as the API documents, if that definition is already published. */
export async function publishSavedFlowDefinition(
  context: FlowServiceDependencies,
  write: FlowWriteTransactionContext,
  flowId: string,
  texts: VersionTexts,
): Promise<{ readonly publishedVersionId: string; readonly pausedSchedules: readonly PausedSchedule[] }> {
  const schedules = await lockActiveSchedules(write.tx, write.caller.organizationId, flowId);
  const row = await lockFlowForWrite(context, write, flowId);
  if (!hasUnpublishedChanges(row)) throw createNotFoundError("There is no draft to publish.");
  const publishedVersionId = await freezeAndPublish(context, write, row, context.extras ? texts : {});
  const pausedSchedules = await pauseSchedulesBeyondScopes(context, write, schedules);
  write.publish(buildFlowChangedEvent("published", row));
  return { publishedVersionId, pausedSchedules };
}

/** Publishes an existing version without changing the saved definition or its draft. */
export async function publishExistingFlowVersion(
  context: FlowServiceDependencies,
  write: FlowWriteTransactionContext,
  flowId: string,
  versionId: string,
): Promise<readonly PausedSchedule[]> {
  const { tx, caller } = write;
  const schedules = await lockActiveSchedules(tx, caller.organizationId, flowId);
  const row = await lockFlowForWrite(context, write, flowId);
  if (!versionId.startsWith("flowver_") || !isWellFormedId(versionId)) {
    throw createInvalidRequestError("Invalid version id.", {
      message: "Expected an id that begins with flowver_.",
      path: "versionId",
      code: "INVALID_FORMAT",
    });
  }
  const version = await findVersion(tx, caller.organizationId, versionId);
  if (!version) throw createNotFoundError("Version not found.");
  if (version.flowId !== flowId) throw createVersionOfOtherFlowError("versionId");
  const isPublished = version.id === row.publishedVersionId;
  if (version.versionType === "draft") {
    await freezeAndPublish(context, write, row, {});
  } else if (!isPublished) {
    await updateFlow(tx, caller.organizationId, flowId, {
      publishedVersionId: version.id,
      publishedVersionNumber: version.versionNumber,
      publishedHash: version.definitionHash,
      publisherScopes: [...caller.scopes],
    });
  }
  if (isPublished) return [];
  const pausedSchedules = await pauseSchedulesBeyondScopes(context, write, schedules);
  write.publish(buildFlowChangedEvent("published", row));
  return pausedSchedules;
}

/** Pauses the schedules whose runs may do more than the caller who publishes what they run. */
async function pauseSchedulesBeyondScopes(
  { now }: FlowServiceDependencies,
  { tx, caller }: FlowWriteTransactionContext,
  schedules: readonly ScheduleRow[],
): Promise<readonly PausedSchedule[]> {
  const paused: PausedSchedule[] = [];
  for (const schedule of schedules) {
    const missingScopes = listMissingRunScopes(schedule.scopes, caller.scopes);
    if (missingScopes.length === 0) continue;
    const updatedAt = new Date(now());
    await updateSchedule(tx, schedule, {
      enabled: false,
      pauseReason: "publisher",
      nextRunAt: null,
      updatedAt,
    });
    paused.push({ id: schedule.id, name: schedule.name, missingScopes: [...missingScopes] });
  }
  return paused;
}

export function createVersionOfOtherFlowError(path: string): DomainError {
  const message = "The version belongs to another flow.";
  return createInvalidRequestError(message, { message, path, code: "WRONG_FLOW" });
}

async function freezeAndPublish(
  context: FlowServiceDependencies,
  { tx, caller }: FlowWriteTransactionContext,
  row: FlowRow,
  texts: VersionTexts,
): Promise<string> {
  const version = { ...texts, versionType: "published", createdBy: caller.keyName ?? null } as const;
  const { id, versionNumber } = await freezeDefinition(context, tx, row, version);
  await updateFlow(tx, row.organizationId, row.id, {
    draftVersionId: null,
    publishedVersionId: id,
    publishedVersionNumber: versionNumber,
    publishedHash: row.definitionHash,
    publisherScopes: [...caller.scopes],
  });
  return id;
}
