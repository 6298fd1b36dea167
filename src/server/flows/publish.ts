import type { JsonObject } from "#core/json.ts";
import { type Answer, objectText } from "#server/answer.ts";
import { ApiFailure, invalid } from "#server/api-failure.ts";
import type { Caller } from "#server/caller.ts";
import type { Transaction } from "#server/store/database.ts";
import { type FlowRow, updateFlow } from "#server/store/flow-rows.ts";
import { findVersion, insertVersion, nextVersionNumber, promoteDraft } from "#server/store/version-rows.ts";
import { parseSteps } from "./arrange-steps.ts";
import { countChangesSince } from "./count-version-changes.ts";
import { summariseSteps } from "./definition.ts";
import { hasUnpublishedChanges } from "./flow-answer.ts";
import { holdFlow, isId } from "./flow-access.ts";
import { type FlowContext, mintId } from "./flow-context.ts";
import { flowChanged } from "./flow-news.ts";

/** Makes the saved definition the published version; 404, as documented, when it already is. */
export async function publishDraft(
  context: FlowContext,
  tx: Transaction,
  caller: Caller,
  flowId: string,
  body: JsonObject,
  ifMatch: string | undefined,
): Promise<Answer> {
  const row = await holdFlow(context, tx, caller, flowId, ifMatch);
  if (!hasUnpublishedChanges(row)) throw new ApiFailure(404, "There is no draft to publish.");
  const publishedVersionId = await freezeDefinition(context, tx, row, context.extras ? body : {});
  return {
    status: 200,
    body: objectText({ success: true, message: "Flow published.", publishedVersionId }),
    news: flowChanged("published", row),
  };
}

/** Moves the published pointer to a version that exists; the saved definition and its draft stay. */
export async function publishVersion(
  context: FlowContext,
  tx: Transaction,
  caller: Caller,
  flowId: string,
  versionId: string,
  ifMatch: string | undefined,
): Promise<Answer> {
  const row = await holdFlow(context, tx, caller, flowId, ifMatch);
  if (!versionId.startsWith("flowver_") || !isId(versionId)) {
    throw invalid("That is not the id of a version.", {
      message: "Expected an id that begins with flowver_.",
      path: "versionId",
      code: "INVALID_FORMAT",
    });
  }
  const version = await findVersion(tx, caller.organizationId, versionId);
  if (!version) throw new ApiFailure(404, "Version not found.");
  if (version.flowId !== flowId) throw otherFlow("versionId");
  const isPublished = version.id === row.publishedVersionId;
  if (version.versionType === "draft") {
    await freezeDefinition(context, tx, row, {});
  } else if (!isPublished) {
    await updateFlow(tx, caller.organizationId, flowId, {
      publishedVersionId: version.id,
      publishedVersionNumber: version.versionNumber,
      publishedHash: version.definitionHash,
    });
  }
  return {
    status: 200,
    body: objectText({ success: true, message: "Version published.", flowId, versionId }),
    ...(!isPublished && { news: flowChanged("published", row) }),
  };
}

export function otherFlow(path: string): ApiFailure {
  const message = "The version belongs to another flow.";
  return invalid(message, { message, path, code: "WRONG_FLOW" });
}

/**
 * Copies the saved definition into a version that never changes again: the rolling draft, or a new one where there is
 * no draft, as after an older version was published.
 */
async function freezeDefinition(
  context: FlowContext,
  tx: Transaction,
  row: FlowRow,
  body: JsonObject,
): Promise<string> {
  const now = context.now();
  const id = row.draftVersionId ?? mintId("flowver", now);
  const changes = await countChangesSince(tx, row);
  const content = {
    config: objectText({ name: row.name }, { flowSteps: row.steps }),
    definitionHash: row.definitionHash,
    stepCount: row.stepCount,
    stepSummary: summariseSteps(parseSteps(row.steps)),
    label: (body["label"] ?? null) as string | null,
    notes: (body["notes"] ?? null) as string | null,
    changes: changes === undefined ? null : objectText(changes),
    createdAt: new Date(now),
  };
  let number: number;
  if (row.draftVersionId === null) {
    number = await nextVersionNumber(tx, row.organizationId, row.id);
    const place = { organizationId: row.organizationId, id, flowId: row.id, versionNumber: number };
    await insertVersion(tx, { ...place, ...content, versionType: "published" });
  } else {
    number = (await promoteDraft(tx, row.organizationId, id, content)).versionNumber;
  }
  await updateFlow(tx, row.organizationId, row.id, {
    draftVersionId: null,
    publishedVersionId: id,
    publishedVersionNumber: number,
    publishedHash: row.definitionHash,
  });
  return id;
}
