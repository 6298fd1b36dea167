import { serializeWithRawJson } from "#server/domain/serialize-with-raw-json.ts";
import type { DatabaseTransaction } from "#server/store/database.ts";
import type { FlowRow } from "#server/store/flow-rows.ts";
import {
  type VersionType,
  convertDraftToVersion,
  getNextVersionNumber,
  insertVersion,
} from "#server/store/version-rows.ts";
import { parseStepsJson } from "./normalize-step-order.ts";
import { countChangesSinceLatestVersion } from "./count-version-changes.ts";
import { summarizeStepNames } from "./definition.ts";
import { type FlowServiceDependencies, createPrefixedId } from "./flow-context.ts";

export interface VersionTexts {
  readonly label?: string | null | undefined;
  readonly notes?: string | null | undefined;
}

interface FrozenVersion extends VersionTexts {
  readonly versionType: Exclude<VersionType, "draft">;
  readonly createdBy: string | null;
}

/** Converts the draft, if any, whose `label` and `notes` are the defaults. The caller updates references to it. */
export async function freezeDefinition(
  context: Pick<FlowServiceDependencies, "now">,
  tx: DatabaseTransaction,
  row: FlowRow,
  { versionType, createdBy, label, notes }: FrozenVersion,
): Promise<{ readonly id: string; readonly versionNumber: number }> {
  const now = context.now();
  const id = row.draftVersionId ?? createPrefixedId("flowver", now);
  const changes = await countChangesSinceLatestVersion(tx, row);
  const content = {
    versionType,
    createdBy,
    config: serializeWithRawJson({ name: row.name }, { flowSteps: row.steps }),
    definitionHash: row.definitionHash,
    stepCount: row.stepCount,
    totalStepCount: row.totalStepCount,
    stepSummary: summarizeStepNames(parseStepsJson(row.steps)),
    ...(label != null && { label }),
    ...(notes != null && { notes }),
    changes: changes === undefined ? null : serializeWithRawJson(changes),
    createdAt: new Date(now),
  };
  if (row.draftVersionId !== null) {
    const { versionNumber } = await convertDraftToVersion(tx, row.organizationId, id, content);
    return { id, versionNumber };
  }
  const versionNumber = await getNextVersionNumber(tx, row.organizationId, row.id);
  await insertVersion(tx, {
    organizationId: row.organizationId,
    id,
    flowId: row.id,
    versionNumber,
    ...content,
  });
  return { id, versionNumber };
}

/** Returns the name of the key that saved the definition; null if unnamed, or if an older server saved it. */
export function getDefinitionAuthor(
  row: Pick<FlowRow, "revision" | "savedBy" | "savedRevision">,
): string | null {
  return row.savedRevision === row.revision ? row.savedBy : null;
}
