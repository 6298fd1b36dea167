import type { Answer } from "#server/answer.ts";
import { objectText } from "#server/answer.ts";
import { ApiFailure } from "#server/api-failure.ts";
import type { Caller } from "#server/caller.ts";
import { isId } from "#server/flows/flow-access.ts";
import { clampLimit } from "#server/paging.ts";
import { countPromptResults, deletePromptResult, readPromptResults } from "#server/store/prompt-results.ts";
import { getRecord } from "./record-access.ts";
import type { RecordContext } from "./record-context.ts";

/** Pages past this would make the store walk through millions of rows. */
const MAX_PAGE = 10_000;

/** What prompts made of a record, page by page. */
export async function listRecordResults(
  context: RecordContext,
  caller: Caller,
  recordId: string,
  query: { readonly page?: string; readonly limit?: string },
): Promise<Answer> {
  await getRecord(context, caller, recordId);
  const { database } = context.store;
  const { organizationId } = caller;
  const limit = clampLimit(query.limit);
  const page = Math.min(MAX_PAGE, Math.max(1, Number(query.page ?? 1)));
  const total = await countPromptResults(database, organizationId, recordId);
  const offset = (page - 1) * limit;
  const rows = await readPromptResults(database, organizationId, recordId, { limit, offset });
  const items = rows.map(({ output, ...row }) =>
    objectText({ ...row, recordId }, output === null ? {} : { result: output }),
  );
  const pagination = {
    page,
    limit,
    hasMore: offset + rows.length < total,
    hasPrev: page > 1,
    total,
    totalPages: Math.ceil(total / limit),
  };
  return { status: 200, body: `{"data":[${items.join(",")}],"pagination":${JSON.stringify(pagination)}}` };
}

export async function removeRecordResult(
  context: RecordContext,
  caller: Caller,
  recordId: string,
  resultId: string,
): Promise<Answer> {
  await getRecord(context, caller, recordId);
  const isDeleted =
    isId(resultId) &&
    (await context.store.write((tx) => deletePromptResult(tx, caller.organizationId, recordId, resultId)));
  if (!isDeleted) throw new ApiFailure(404, "Result not found.");
  return { status: 204 };
}
