import type { ChangeFlowTagsBody, FlowTagList, ListFlowTagsQuery } from "#contract/flow-tags.ts";
import type { CodedErrorDetail } from "#server/domain/domain-error.ts";
import {
  FLOW_TAG_LIMITS,
  changeFlowTags,
  findFlowTagFault,
  getFlowTagKey,
} from "#core/document/flow-tags.ts";
import type { Caller } from "#server/domain/caller.ts";
import { createInvalidRequestError } from "#server/domain/domain-error.ts";
import type { DatabaseTransaction } from "#server/store/database.ts";
import { lockFlowTagSpellings, readFlowTagCounts, replaceFlowTagRows } from "#server/store/flow-tag-rows.ts";
import { updateFlow } from "#server/store/flow-rows.ts";
import { lockFlowForWrite } from "./flow-access.ts";
import type { FlowServiceDependencies, FlowWriteTransactionContext } from "./flow-context.ts";

/**
 * Adds and removes tags. Changes neither the revision nor `updatedAt`, because tags are no part of the definition, and
 * writes nothing if no tag differs.
 */
export async function changeTagsInTransaction(
  context: FlowServiceDependencies,
  write: FlowWriteTransactionContext,
  id: string,
  { add: added, remove: removed }: ChangeFlowTagsBody,
): Promise<readonly string[]> {
  if (!added && !removed) {
    const message = "Send a list of tags in “add”, “remove” or both.";
    throw createInvalidRequestError("The tags are not valid.", { message, code: "MISSING_REQUIRED_FIELD" });
  }
  const [add, remove] = [added ?? [], removed ?? []];
  const { tx, caller } = write;
  refuseFaultyTags(add, "add");
  const row = await lockFlowForWrite(context, { ...write, ifMatch: undefined }, id);
  const changed = changeFlowTags(row.tags, { add, remove });
  refuseTooManyTags(changed, "add");
  const tags = await spellTagsAsInUse(tx, caller.organizationId, row.tags, changed);
  if (JSON.stringify(tags) === JSON.stringify(row.tags)) return tags;
  await replaceFlowTagRows(tx, row, row.tags, tags);
  await updateFlow(tx, caller.organizationId, id, { tags });
  write.publish({ event: "flow.tagged", data: { id, tags } });
  return tags;
}

/** Returns the valid tags of a new flow. Throws `invalid` with the path of the first faulty one. */
export async function checkTagsOfNewFlow(
  tx: DatabaseTransaction,
  organizationId: string,
  names: readonly string[],
): Promise<string[]> {
  refuseFaultyTags(names, "tags");
  const tags = changeFlowTags([], { add: names });
  refuseTooManyTags(tags, "tags");
  return spellTagsAsInUse(tx, organizationId, [], tags);
}

export async function listFlowTags(
  { store }: FlowServiceDependencies,
  { organizationId }: Caller,
  { search = "" }: ListFlowTagsQuery,
): Promise<FlowTagList> {
  return readFlowTagCounts(store.database, organizationId, search);
}

/** Returns the keys of a list's filter by tags. */
export function parseTagFilter(names: readonly string[] | undefined): readonly string[] {
  if (!names) return [];
  refuseFaultyTags(names, "tag");
  const keys = [...new Set(names.map(getFlowTagKey))];
  refuseTooManyTags(keys, "tag");
  return keys;
}

/** Gives added tags the spelling that other flows use, so that a tag looks the same on all flows. */
async function spellTagsAsInUse(
  tx: DatabaseTransaction,
  organizationId: string,
  from: readonly string[],
  to: readonly string[],
): Promise<string[]> {
  const spellings = await lockFlowTagSpellings(tx, organizationId, [...new Set([...from, ...to])]);
  return to.map((name) => (from.includes(name) ? name : (spellings.get(getFlowTagKey(name)) ?? name)));
}

function refuseFaultyTags(names: readonly string[], field: string): void {
  const details = names.flatMap((name, index): CodedErrorDetail[] => {
    const fault = findFlowTagFault(name);
    return fault ? [{ ...fault, path: `${field}.${index}` }] : [];
  });
  if (details.length > 0) throw createInvalidRequestError("The tags are not valid.", ...details);
}

function refuseTooManyTags(tags: readonly string[], path: string): void {
  if (tags.length <= FLOW_TAG_LIMITS.perFlow) return;
  const message = `A flow has at most ${FLOW_TAG_LIMITS.perFlow} tags.`;
  throw createInvalidRequestError(message, { message, path, code: "TOO_MANY_TAGS" });
}
