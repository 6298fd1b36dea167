import { type SAMPLE_FLOW_ID_PREFIX, SAVE_KEY_PATTERN } from "#contract/flow.ts";
import type { JsonObject } from "#core/json/json.ts";
import { createInvalidRequestError } from "#server/domain/domain-error.ts";
import type { DatabaseTransaction } from "#server/store/database.ts";
import { type FlowRow, deleteFlowRow, insertFlow, updateFlow } from "#server/store/flow-rows.ts";
import { replaceFlowTagRows } from "#server/store/flow-tag-rows.ts";
import {
  changeStepIndexEntry,
  insertStepIndexEntry,
  readStepIndexEntry,
  writeStepIndexEntry,
} from "#server/store/step-index-entry.ts";
import {
  findLatestVersion,
  getNextVersionNumber,
  insertVersion,
  updateDraftTexts,
} from "#server/store/version-rows.ts";
import { normalizeStepOrderAndIds, parseStepsJson } from "./normalize-step-order.ts";
import { deriveFlowDefinitionColumns, deriveNameColumns, summarizeStepNames } from "./definition.ts";
import { lockFlowForWrite } from "./flow-access.ts";
import { hasUnpublishedChanges } from "./serialize-flow.ts";
import {
  type FlowServiceDependencies,
  type FlowWriteTransactionContext,
  createPrefixedId,
} from "./flow-context.ts";
import { buildFlowChangedEvent, buildFlowDeletedEvent } from "./flow-events.ts";
import { checkTagsOfNewFlow } from "./flow-tags.ts";
import { freezeDefinition, getDefinitionAuthor } from "./freeze-definition.ts";
import { compareWithStoredIndex } from "./step-index/compare-with-stored-index.ts";
import { type PreparedStepContents, buildFlowIndex, toStepIndexEntry } from "./step-index/index-entry.ts";
import { listStepErrors, getStepsPropertyNameOfFlowBody } from "./list-step-errors.ts";

interface FlowInput {
  readonly name?: string | undefined;
  readonly description?: string | null | undefined;
  readonly flowSteps?: readonly JsonObject[] | undefined;
  readonly sampleMetadata?: JsonObject | null | undefined;
}

interface NewFlow extends FlowInput {
  readonly name: string;
  readonly steps?: readonly JsonObject[] | undefined;
  readonly tags?: readonly string[] | undefined;
}

/** A client recognizes its unacknowledged save even if this many others followed. */
const MAX_SAVE_KEYS = 20;

export async function createFlowInTransaction(
  context: FlowServiceDependencies,
  { tx, caller, publish, stepContents = "later", upsert }: FlowWriteTransactionContext,
  input: NewFlow,
  idPrefix: "flow" | typeof SAMPLE_FLOW_ID_PREFIX = "flow",
): Promise<FlowRow> {
  const key = getStepsPropertyNameOfFlowBody(input);
  const sent = input[key] ?? [];
  refuseFaults(listStepErrors(sent, key, context.extraStepTypes));
  const now = context.now();
  const { steps, text } = normalizeStepOrderAndIds(sent, undefined, () => createPrefixedId("step", now));
  const draftVersionId = createPrefixedId("flowver", now);
  const { organizationId } = caller;
  const description = context.extras ? (input.description ?? null) : null;
  const tags = context.extras ? await checkTagsOfNewFlow(tx, organizationId, input.tags ?? []) : [];
  const definition = deriveFlowDefinitionColumns(input.name, steps, text);
  const row = {
    ...definition,
    organizationId,
    id: createPrefixedId(idPrefix, now),
    userId: caller.userId,
    description,
    sampleMetadata: context.extras ? serializeSampleMetadata(input.sampleMetadata) : null,
    revision: 1,
    saveKeys: "[]",
    draftVersionId,
    publishedVersionId: null,
    publishedVersionNumber: null,
    publishedHash: null,
    publisherScopes: [],
    lastRunAt: null,
    lastRunStatus: null,
    lastRunRecords: null,
    lastRunFailedRecords: null,
    tags,
    createdAt: new Date(now),
    updatedAt: new Date(now),
    indexedHash: stepContents === "later" ? null : definition.definitionHash,
    upsertedHash: null,
    upsertedDescription: null,
    ...describeSave(caller, 1, upsert && { ...definition, description }),
  };
  await insertFlow(tx, row);
  await replaceFlowTagRows(tx, row, [], tags);
  await indexSteps(tx, row, steps, { stepContents, isNew: true });
  await insertDraft(tx, { flow: row, id: draftVersionId, number: 1, steps, now, texts: upsert });
  publish(buildFlowChangedEvent("created", row));
  return row;
}

/** Updates the given fields. If no value differs, writes nothing and keeps `updatedAt` and the version token. */
export async function changeFlowInTransaction(
  context: FlowServiceDependencies,
  write: FlowWriteTransactionContext & { readonly saveKey?: string | undefined },
  id: string,
  input: FlowInput,
): Promise<ChangedFlow> {
  const { tx, caller, saveKey, stepContents = "later", upsert } = write;
  const row = await lockFlowForWrite(context, write, id);
  const now = Math.max(context.now(), row.updatedAt.getTime() + 1);
  let steps: readonly JsonObject[] | undefined;
  let definition: DefinitionChange;
  if (input.flowSteps) {
    const readStored = () => parseStepsJson(row.steps);
    refuseFaults(listStepErrors(input.flowSteps, "flowSteps", context.extraStepTypes, readStored));
    const sent = normalizeStepOrderAndIds(input.flowSteps, row.steps, () => createPrefixedId("step", now));
    ({ steps } = sent);
    definition = deriveFlowDefinitionColumns(input.name ?? row.name, sent.steps, sent.text);
  } else {
    definition = deriveNameColumns(input.name ?? row.name, row.steps);
  }
  const description = context.extras && input.description !== undefined ? input.description : row.description;
  const isSameDefinition = definition.definitionHash === row.definitionHash;
  const sampleMetadata =
    context.extras && input.sampleMetadata !== undefined
      ? serializeSampleMetadata(input.sampleMetadata)
      : row.sampleMetadata;
  const isSame = isSameDefinition && description === row.description && sampleMetadata === row.sampleMetadata;
  if (isSame) return withVersion(tx, row);

  const keepsOldDraft = !isSameDefinition && upsert?.keepsDraft === true && hasUnpublishedDraft(row);
  if (keepsOldDraft) {
    await freezeDefinition(context, tx, row, { versionType: "test", createdBy: getDefinitionAuthor(row) });
  }
  const oldDraft = keepsOldDraft ? null : row.draftVersionId;
  const draftVersionId = oldDraft ?? (isSameDefinition ? null : createPrefixedId("flowver", now));
  const changes = {
    ...omitStored(row, { ...definition, description, sampleMetadata, draftVersionId }),
    revision: row.revision + 1,
    saveKeys: addSaveKey(row.saveKeys, saveKey),
    updatedAt: new Date(now),
    indexedHash: row.indexedHash,
    ...describeSave(caller, row.revision + 1, upsert && { ...definition, description }),
  };
  const isIndexed = row.indexedHash === row.definitionHash;
  if (isIndexed && (definition.steps ?? row.steps) === row.steps) {
    changes.indexedHash = definition.definitionHash;
  } else if (steps && stepContents !== "later") {
    changes.indexedHash = definition.definitionHash;
    await indexSteps(tx, row, steps, { stepContents, isNew: false });
  }
  await updateFlow(tx, caller.organizationId, id, changes);
  if (draftVersionId !== null && oldDraft === null) {
    const number = await getNextVersionNumber(tx, caller.organizationId, id);
    const draft = {
      id: draftVersionId,
      number,
      steps: steps ?? parseStepsJson(row.steps),
      now,
      texts: upsert,
    };
    await insertDraft(tx, { flow: row, ...draft });
  } else if (oldDraft !== null && (upsert || (!isSameDefinition && isOfUpsert(row)))) {
    // Replaces or clears the label and notes of the last upsert, because they describe its definition only.
    const { label = null, notes = null } = upsert ?? {};
    await updateDraftTexts(tx, caller.organizationId, oldDraft, { label, notes });
  }
  const changed = { ...row, ...changes };
  write.publish(buildFlowChangedEvent("updated", changed));
  return withVersion(tx, changed);
}

function hasUnpublishedDraft(row: FlowRow): boolean {
  return row.draftVersionId !== null && hasUnpublishedChanges(row);
}

/** Whether the stored definition is the one that the last upsert saved or found. */
export function isOfUpsert(row: Pick<FlowRow, "upsertedHash" | "definitionHash">): boolean {
  return row.upsertedHash === row.definitionHash;
}

function describeSave(
  { keyName = null }: { readonly keyName?: string | null | undefined },
  revision: number,
  upserted: Pick<FlowRow, "definitionHash" | "description"> | undefined,
) {
  return {
    savedBy: keyName,
    savedRevision: revision,
    ...(upserted && {
      upsertedHash: upserted.definitionHash,
      upsertedDescription: upserted.description,
    }),
  };
}

async function indexSteps(
  tx: DatabaseTransaction,
  flow: Pick<FlowRow, "organizationId" | "id" | "indexedHash" | "definitionHash">,
  steps: readonly JsonObject[],
  { stepContents, isNew }: { readonly stepContents: PreparedStepContents; readonly isNew: boolean },
): Promise<void> {
  if (stepContents === "later") return;
  const index = buildFlowIndex(steps, stepContents === "too-slow" ? undefined : stepContents);
  const place = { organizationId: flow.organizationId, flowId: flow.id };
  if (isNew) return insertStepIndexEntry(tx, place, toStepIndexEntry(index));
  // Compares only with a current entry: an older server may have saved the flow without it.
  const stored = flow.indexedHash === flow.definitionHash ? await readStepIndexEntry(tx, place) : undefined;
  if (!stored) return writeStepIndexEntry(tx, place, toStepIndexEntry(index));
  const change = compareWithStoredIndex(stored.steps, index);
  const { isPartial } = index;
  if (change.areStepsSame && stored.isPartial === isPartial) return;
  const text = change.areStepsSame ? undefined : `[${index.steps.join(",")}]`;
  await changeStepIndexEntry(tx, place, { ...change, flowNumber: stored.flowNumber, steps: text, isPartial });
}

type DefinitionChange = ReturnType<typeof deriveNameColumns> &
  Partial<ReturnType<typeof deriveFlowDefinitionColumns>>;

/** Omits the columns that have the value already: PostgreSQL would store a long text anew. */
function omitStored<Columns extends object>(row: FlowRow, columns: Columns): Partial<Columns> {
  const stored = row as Readonly<Record<string, unknown>>;
  return Object.fromEntries(
    Object.entries(columns).filter(([key, value]) => !(key in stored) || stored[key] !== value),
  ) as Partial<Columns>;
}

/** Returns null for an empty object as well: responses show a flow without sample data as `{}`. */
function serializeSampleMetadata(sample: JsonObject | null | undefined): string | null {
  return sample == null || Object.keys(sample).length === 0 ? null : JSON.stringify(sample);
}

/** Null for a save without a key: the index of a key is the number of saves after it. */
function addSaveKey(stored: string, key: string | undefined): string {
  const keys = JSON.parse(stored) as readonly (string | null)[];
  const added = key !== undefined && SAVE_KEY_PATTERN.test(key) ? key : null;
  return JSON.stringify([added, ...keys.slice(0, MAX_SAVE_KEYS - 1)]);
}

export async function removeFlowInTransaction(
  context: FlowServiceDependencies,
  write: FlowWriteTransactionContext,
  id: string,
): Promise<void> {
  await lockFlowForWrite(context, write, id);
  await deleteFlowRow(write.tx, write.caller.organizationId, id);
  write.publish(buildFlowDeletedEvent(id));
}

interface ChangedFlow {
  readonly row: FlowRow;
  /** The draft's id, or the latest version's id if nothing changed since the last publish. */
  readonly draftVersionId: string;
}

async function withVersion(tx: DatabaseTransaction, row: FlowRow): Promise<ChangedFlow> {
  const latest = row.draftVersionId ?? (await findLatestVersion(tx, row.organizationId, row.id))?.id;
  if (latest === undefined) throw new Error(`flow ${row.id} has no version`);
  return { row, draftVersionId: latest };
}

interface NewDraft {
  readonly flow: Pick<FlowRow, "organizationId" | "id">;
  readonly id: string;
  readonly number: number;
  readonly steps: readonly JsonObject[];
  readonly now: number;
  readonly texts: { readonly label: string | null; readonly notes: string | null } | undefined;
}

async function insertDraft(
  tx: DatabaseTransaction,
  { flow, id, number, steps, now, texts }: NewDraft,
): Promise<void> {
  await insertVersion(tx, {
    organizationId: flow.organizationId,
    id,
    flowId: flow.id,
    versionNumber: number,
    versionType: "draft",
    stepSummary: summarizeStepNames(steps),
    stepCount: steps.length,
    label: texts?.label ?? null,
    notes: texts?.notes ?? null,
    createdAt: new Date(now),
  });
}

function refuseFaults(details: ReturnType<typeof listStepErrors>): void {
  if (details.length > 0) throw createInvalidRequestError("The steps are not valid.", ...details);
}
