import type { ChangeFlowTagsBody, FlowTagList, ListFlowTagsQuery } from "#contract/flow-tags.ts";
import type { CodedErrorDetail } from "#server/domain/domain-error.ts";
import {
  FLOW_TAG_LIMITS,
  type FlowTagChange,
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

/** Tags are no part of the definition: neither the revision nor `updatedAt` changes. */
export async function changeTagsInTransaction(
  context: FlowServiceDependencies,
  write: FlowWriteTransactionContext,
  id: string,
  body: ChangeFlowTagsBody,
): Promise<readonly string[]> {
  const change = readTagChange(body);
  const { tx, caller } = write;
  const row = await lockFlowForWrite(context, { ...write, ifMatch: undefined }, id);
  const tags = await writeTagChange(tx, row, row.tags, change);
  if (tags === row.tags) return tags;
  await updateFlow(tx, caller.organizationId, id, { tags });
  write.publish({ event: "flow.tagged", data: { id, tags } });
  return tags;
}

/** Throws `invalid` if the body names no tags to add or remove, or if a tag to add is faulty. */
export function readTagChange({ add, remove }: ChangeFlowTagsBody) {
  if (!add && !remove) {
    const message = "Send a list of tags in “add”, “remove” or both.";
    throw createInvalidRequestError("The tags are not valid.", { message, code: "MISSING_REQUIRED_FIELD" });
  }
  refuseFaultyTags(add ?? [], "add");
  return { add: add ?? [], remove: remove ?? [] };
}

/** Returns `before` itself if no tag differs. The caller must hold a lock on the flow's tags. */
export async function writeTagChange(
  tx: DatabaseTransaction,
  flow: { readonly organizationId: string; readonly id: string },
  before: string[],
  change: FlowTagChange,
): Promise<string[]> {
  const changed = changeFlowTags(before, change);
  refuseTooManyTags(changed, "add");
  const tags = await spellTagsAsInUse(tx, flow.organizationId, before, changed);
  if (JSON.stringify(tags) === JSON.stringify(before)) return before;
  await replaceFlowTagRows(tx, flow, before, tags);
  return tags;
}

/** Returns the valid tags of a new flow. Throws `invalid` with the path of the first faulty one. */
export async function checkTagsOfNewFlow(
  tx: DatabaseTransaction,
  organizationId: string,
  names: readonly string[],
): Promise<string[]> {
  return spellTagsAsInUse(tx, organizationId, [], readTagsOfNewFlow(names));
}

/** Throws `invalid` with the path of the first faulty tag. */
export function readTagsOfNewFlow(names: readonly string[]): readonly string[] {
  refuseFaultyTags(names, "tags");
  const tags = changeFlowTags([], { add: names });
  refuseTooManyTags(tags, "tags");
  return tags;
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
