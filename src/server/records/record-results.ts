import { serializeWithRawJson } from "#server/domain/serialize-with-raw-json.ts";
import { createNotFoundError } from "#server/domain/domain-error.ts";
import type { Caller } from "#server/domain/caller.ts";
import { isWellFormedId } from "#server/flows/flow-access.ts";
import { parseAndClampPageLimit } from "#server/domain/page-response.ts";
import { countPromptResults, deletePromptResult, readPromptResults } from "#server/store/prompt-results.ts";
import { getRecord } from "./get-record.ts";
import type { RecordServiceDependencies } from "./record-context.ts";

/** Limits the page number: for a later page, the database would have to skip millions of rows. */
const MAX_PAGE = 10_000;

export async function listPromptStepResultsOfRecord(
  context: RecordServiceDependencies,
  caller: Caller,
  recordId: string,
  query: { readonly page?: string; readonly limit?: string },
): Promise<string> {
  await getRecord(context, caller, recordId);
  const { database } = context.store;
  const { organizationId } = caller;
  const limit = parseAndClampPageLimit(query.limit);
  const page = Math.min(MAX_PAGE, Math.max(1, Number(query.page ?? 1)));
  const total = await countPromptResults(database, organizationId, recordId);
  const offset = (page - 1) * limit;
  const rows = await readPromptResults(database, organizationId, recordId, { limit, offset });
  const items = rows.map(({ output, ...row }) =>
    serializeWithRawJson({ ...row, recordId }, output === null ? {} : { result: output }),
  );
  const pagination = {
    page,
    limit,
    hasMore: offset + rows.length < total,
    hasPrev: page > 1,
    total,
    totalPages: Math.ceil(total / limit),
  };
  return `{"data":[${items.join(",")}],"pagination":${JSON.stringify(pagination)}}`;
}

export async function deletePromptStepResultOfRecord(
  context: RecordServiceDependencies,
  caller: Caller,
  recordId: string,
  resultId: string,
): Promise<void> {
  await getRecord(context, caller, recordId);
  const isDeleted =
    isWellFormedId(resultId) &&
    (await context.store.write((tx) => deletePromptResult(tx, caller.organizationId, recordId, resultId)));
  if (!isDeleted) throw createNotFoundError("Result not found.");
}
