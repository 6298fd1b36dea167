import { parseFlowReusingStepKeys } from "#core/document/apply-edited-flow-json.ts";
import { parseFlowDocument } from "#core/document/flow-document.ts";
import type { JsonObject } from "#core/json/json.ts";
import { createFlowSaveBody } from "#core/save-body.ts";
import { DomainError, createInvalidRequestError } from "#server/domain/domain-error.ts";
import { type FlowRow, findFlowIdsByName, lockFlowName, updateFlow } from "#server/store/flow-rows.ts";
import { findLatestVersion } from "#server/store/version-rows.ts";
import { parseStepsJson } from "./normalize-step-order.ts";
import { StaleFlowError, isWellFormedId, createFlowNotFoundError, lockFlowForWrite } from "./flow-access.ts";
import type { FlowServiceDependencies, FlowWriteTransactionContext } from "./flow-context.ts";
import { buildFlowChangedEvent } from "./flow-events.ts";
import { type VersionTexts, freezeDefinition } from "./freeze-definition.ts";
import { giveStoredIdsToSteps } from "./give-stored-ids-to-steps.ts";
import { publishSavedFlowDefinition } from "./publish.ts";
import { hasUnpublishedChanges } from "./serialize-flow.ts";
import { listStepErrors } from "./list-step-errors.ts";
import {
  changeFlowInTransaction,
  createFlowInTransaction,
  isOfUpsert,
} from "./change-flow-in-transaction.ts";
import { quoteName } from "#core/text/quote-name.ts";

/** A flow definition that a client has in its code. Without an id, the stored flow is found by its name. */
export interface FlowDefinitionFromCode {
  readonly id?: string | undefined;
  readonly name?: string | undefined;
  readonly description?: string | null | undefined;
  readonly steps: readonly JsonObject[];
}

export interface UpsertSettings extends VersionTexts {
  readonly mode: "create" | "upsert";
  /** Path of the flow in the request, for error messages. */
  readonly path: string;
  readonly keepsVersionOnChange: boolean;
  readonly overwritesExternalChanges: boolean;
  /** Type of the version to make of the saved definition; undefined leaves the definition a draft. */
  readonly versionType?: "published" | "test" | "virtual" | undefined;
}

export interface UpsertedFlow {
  readonly row: FlowRow;
  readonly change: "created" | "updated" | "unchanged";
  /** The draft's id, or the id of the version that is the saved definition. */
  readonly draftVersionId: string;
}

/** Throws `conflict` if several flows have the name, or another client changed it since the last upsert. */
export async function saveFlowInCode(
  context: FlowServiceDependencies,
  write: FlowWriteTransactionContext,
  flow: FlowDefinitionFromCode,
  settings: UpsertSettings,
): Promise<UpsertedFlow> {
  const saved = await saveDefinition(context, write, flow, settings);
  const row = await makeVersion(context, write, saved.row, settings);
  const draft = row.draftVersionId ?? (await findLatestVersion(write.tx, row.organizationId, row.id))?.id;
  if (draft === undefined) throw new Error(`flow ${row.id} has no version`);
  return { row, change: saved.change, draftVersionId: draft };
}

async function saveDefinition(
  context: FlowServiceDependencies,
  write: FlowWriteTransactionContext,
  flow: FlowDefinitionFromCode,
  settings: UpsertSettings,
): Promise<Pick<UpsertedFlow, "row" | "change">> {
  const { keepsVersionOnChange: keepsDraft, label = null, notes = null, path } = settings;
  const upsertWrite = { ...write, upsert: { keepsDraft, label, notes } };
  const id = settings.mode === "create" ? undefined : await findTarget(write, flow, path);
  if (id === undefined) {
    refuseInvalidSteps(context, flow, path);
    // A precondition on a flow that does not exist fails, as HTTP defines it.
    if (settings.mode === "upsert" && write.ifMatch !== undefined && context.extras) {
      throw new StaleFlowError("null", "No flow has this name, so no version of it matches If-Match.");
    }
    const { name = "", description, steps } = flow;
    const row = await createFlowInTransaction(context, upsertWrite, { name, description, flowSteps: steps });
    return { row, change: "created" };
  }
  const row = await lockFlowForWrite(context, write, id);
  const stored = parseStepsJson(row.steps);
  refuseInvalidSteps(context, flow, path, stored);
  const before = parseFlowDocument({ name: row.name, description: row.description, flowSteps: stored });
  const isDescribed = context.extras && flow.description !== undefined;
  const description = isDescribed ? flow.description : row.description;
  const after = parseFlowReusingStepKeys(before, {
    name: flow.name ?? row.name,
    description,
    flowSteps: giveStoredIdsToSteps(flow.steps, stored),
  });
  const changes = createFlowSaveBody(before, after);
  if (Object.keys(changes).length === 0) {
    const { definitionHash: upsertedHash, description: upsertedDescription } = row;
    // Records that the code matches the flow. Changes no field of the flow itself.
    if (!isOfUpsert(row) || row.upsertedDescription !== upsertedDescription) {
      await updateFlow(write.tx, row.organizationId, row.id, { upsertedHash, upsertedDescription });
    }
    return { row: { ...row, upsertedHash, upsertedDescription }, change: "unchanged" };
  }
  const isForeign =
    !isOfUpsert(row) || (changes.description !== undefined && row.description !== row.upsertedDescription);
  if (isForeign && !settings.overwritesExternalChanges) throw createExternalChangeError(row, path);
  const changed = await changeFlowInTransaction(context, upsertWrite, id, changes);
  return { row: changed.row, change: changed.row.revision === row.revision ? "unchanged" : "updated" };
}

async function findTarget(
  { tx, caller }: FlowWriteTransactionContext,
  { id, name = "" }: FlowDefinitionFromCode,
  path: string,
): Promise<string | undefined> {
  if (id !== undefined) {
    if (!isWellFormedId(id)) throw createFlowNotFoundError();
    return id;
  }
  // Two upserts of a new name at once must not create two flows: the second one waits and finds the flow of the first.
  await lockFlowName(tx, caller.organizationId, name);
  const [first, second, ...more] = await findFlowIdsByName(tx, caller.organizationId, name);
  if (second === undefined) return first;
  const ids = [first, second, ...more].join(", ");
  const message = `Several flows are named ${quoteName(name)}: ${ids}. Nothing was saved or run. Send the intended id as ${path}.id, or rename the others.`;
  throw new DomainError("conflict", message, {
    details: [{ message, path: `${path}.name`, code: "AMBIGUOUS_NAME" }],
  });
}

function refuseInvalidSteps(
  { extraStepTypes }: FlowServiceDependencies,
  { steps }: FlowDefinitionFromCode,
  path: string,
  stored: readonly JsonObject[] = [],
): void {
  const details = listStepErrors(steps, `${path}.steps`, extraStepTypes, () => stored);
  if (details.length > 0) throw createInvalidRequestError("The steps are not valid.", ...details);
}

function createExternalChangeError({ id, name }: FlowRow, path: string): DomainError {
  const message = `The flow ${quoteName(name)} (${id}) was last changed in the dashboard or by another request, not by an upsert. Nothing was saved or run. Add its current steps to your definition, or set options.upsertOptions.allowOverwriteExternalChanges to true to replace them.`;
  return new DomainError("conflict", message, {
    details: [{ message, path: `${path}.steps`, code: "EXTERNAL_CHANGE" }],
  });
}

async function makeVersion(
  context: FlowServiceDependencies,
  write: FlowWriteTransactionContext,
  row: FlowRow,
  { versionType, label, notes }: UpsertSettings,
): Promise<FlowRow> {
  const { tx, caller } = write;
  if (versionType === "published") {
    if (!hasUnpublishedChanges(row)) return row;
    // Omits If-Match: the upsert itself has changed the revision that the header names.
    const { publishedVersionId } = await publishSavedFlowDefinition(
      context,
      { ...write, ifMatch: undefined },
      row.id,
      { label, notes },
    );
    return {
      ...row,
      draftVersionId: null,
      publishedVersionId,
      publishedHash: row.definitionHash,
      publisherScopes: [...caller.scopes],
    };
  }
  // Without a draft, a version with the saved definition exists already.
  if (versionType === undefined || row.draftVersionId === null) return row;
  await freezeDefinition(context, tx, row, { versionType, createdBy: caller.keyName ?? null, label, notes });
  await updateFlow(tx, row.organizationId, row.id, { draftVersionId: null });
  write.publish(buildFlowChangedEvent("updated", row));
  return { ...row, draftVersionId: null };
}
