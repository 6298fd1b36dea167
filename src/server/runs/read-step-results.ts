import * as z from "zod/mini";
import type { ListStepResultsQuery } from "#contract/run.ts";
import { STEP_RESULT_STATUSES, type StepResultSortField } from "#contract/run-statuses.ts";
import { parseFlowDocument } from "#core/document/flow-document.ts";
import { getStepRunId } from "#core/document/run-ids.ts";
import { getLocationsOfAllSteps } from "#core/document/step-list.ts";
import { createInvalidCursorError, decodeCursor, encodeCursor } from "#server/domain/cursor.ts";
import { serializeWithRawJson } from "#server/domain/serialize-with-raw-json.ts";
import { createInvalidRequestError, createNotFoundError } from "#server/domain/domain-error.ts";
import { type Caller, isScopeGrantedToCaller } from "#server/domain/caller.ts";
import { parseStepsJson } from "#server/flows/normalize-step-order.ts";
import { isWellFormedId } from "#server/flows/flow-access.ts";
import { parseAndClampPageLimit } from "#server/domain/page-response.ts";
import { findFlow } from "#server/store/flow-rows.ts";
import {
  findLastRunOfEachStep,
  findOutputOfStepResult,
  listStepResults,
} from "#server/store/step-result-rows.ts";
import type { RunServiceDependencies } from "./run-service-dependencies.ts";
import { serializeStepResult } from "./serialize-step-result.ts";

type ReadContext = Pick<RunServiceDependencies, "store" | "records" | "extras">;

/** Maximum offset. Limits the cost of a query, because PostgreSQL reads all rows that an offset skips. */
const MAX_OFFSET = 100_000;
const FIRST_TIME = Date.parse("0001-01-01T00:00:00.000Z");
const LAST_TIME = Date.parse("9999-12-31T23:59:59.999Z");

/** Returns a page of the flow's step results as JSON text. Throws 404 if the flow does not exist. */
export async function readFlowStepResults(
  context: ReadContext,
  caller: Caller,
  flowId: string,
  query: ListStepResultsQuery,
): Promise<string> {
  await getFlowSteps(context, caller, flowId);
  return readPage(context, caller, query, { flowId, recordId: query.recordId });
}

/** Returns a page of the step results of a record as JSON text. Throws 404 if the record does not exist. */
export async function readRecordStepResults(
  context: ReadContext,
  caller: Caller,
  recordId: string,
  query: Omit<ListStepResultsQuery, "recordId"> & { readonly flowId?: string | undefined },
): Promise<string> {
  const record = isWellFormedId(recordId) ? await context.records.find(caller, recordId) : undefined;
  if (!record) throw createNotFoundError("Record not found.");
  return readPage(context, caller, query, { flowId: query.flowId, recordId });
}

async function readPage(
  { store, extras }: ReadContext,
  caller: Caller,
  query: ListStepResultsQuery,
  place: { readonly flowId: string | undefined; readonly recordId: string | undefined },
): Promise<string> {
  const limit = parseAndClampPageLimit(query.limit);
  const offset = readOffset(query.offset);
  const sortBy = query.sortBy ?? "createdAt";
  const found = await listStepResults(store.database, caller.organizationId, {
    ...place,
    batchId: query.batchId,
    executionId: query.executionId,
    stepId: query.stepId,
    status: STEP_RESULT_STATUSES.find((status) => status === query.status),
    from: parseTimeFilter("from", query.from),
    to: parseTimeFilter("to", query.to),
    sortBy,
    sortOrder: query.sortOrder ?? "desc",
    limit: limit + 1,
    offset,
    after: query.cursor ? readCursor(query.cursor, sortBy) : undefined,
  });
  const rows = found.slice(0, limit);
  const data = rows.map((row) => serializeStepResult(row, caller, extras)).join(",");
  const hasMore = found.length > limit;
  const last = rows.at(-1);
  const nextCursor = hasMore && last ? encodeCursor({ at: last.createdAt.getTime(), id: last.id }) : null;
  const pagination = {
    limit,
    offset,
    returned: rows.length,
    hasMore,
    ...(extras && sortBy === "createdAt" && { nextCursor }),
  };
  return `{"data":[${data}],"pagination":${JSON.stringify(pagination)}}`;
}

/** Returns the stored output of a step as JSON text. `truncated` is true if only the start of the output was stored. */
export async function readStepOutputJson(
  { store }: ReadContext,
  caller: Caller,
  id: string,
): Promise<string> {
  const row = isWellFormedId(id)
    ? await findOutputOfStepResult(store.database, caller.organizationId, id)
    : undefined;
  if (!row) throw createNotFoundError("Step result not found.");
  const fields = { id, truncated: row.isOutputCut };
  return serializeWithRawJson(fields, row.output === null ? {} : { output: row.output });
}

/** JSON text, with nested steps; omits steps that never ran. */
export async function readLastRunOfEachStep(
  context: ReadContext,
  caller: Caller,
  flowId: string,
): Promise<string> {
  const document = parseFlowDocument({ name: "", flowSteps: await getFlowSteps(context, caller, flowId) });
  const ids = [...getLocationsOfAllSteps(document).values()]
    .map(({ node }) => getStepRunId(document, node))
    .filter(isWellFormedId);
  const runs = await findLastRunOfEachStep(context.store.database, caller.organizationId, flowId, ids);
  // The structure contains field names of records.
  const mayRead = isScopeGrantedToCaller(caller, "RECORDS:READ");
  const data = runs.map(({ shape, ...run }) =>
    serializeWithRawJson(run, shape === null || !mayRead ? {} : { shape }),
  );
  return `{"data":[${data.join(",")}]}`;
}

async function getFlowSteps({ store }: ReadContext, caller: Caller, flowId: string) {
  const flow = await findFlow(store.database, caller.organizationId, flowId);
  if (!flow) throw createNotFoundError("Flow not found.");
  return parseStepsJson(flow.steps);
}

const resultCursor = z.object({
  at: z.int().check(z.minimum(0), z.maximum(LAST_TIME)),
  id: z.string().check(z.refine(isWellFormedId)),
});

function readCursor(text: string, sortBy: StepResultSortField) {
  const { at, id } = decodeCursor(resultCursor, text);
  if (sortBy !== "createdAt") throw createInvalidCursorError("A cursor needs the order of createdAt.");
  return { createdAt: new Date(at), id };
}

function readOffset(text: string | undefined): number {
  const offset = Math.max(0, Number(text ?? 0));
  if (offset <= MAX_OFFSET) return offset;
  const message = `Must be at most ${MAX_OFFSET}. Narrow the list by time, status or step instead.`;
  throw createInvalidRequestError("The query is not valid.", { message, path: "offset", code: "TOO_BIG" });
}

export function parseTimeFilter(name: "from" | "to", text: string | undefined): Date | undefined {
  if (text === undefined || text === "") return undefined;
  // Accepts ISO dates only, because JavaScript engines parse other formats differently.
  const time = /^\d{4}-\d\d-\d\d/.test(text) ? Date.parse(text) : Number.NaN;
  if (time >= FIRST_TIME && time <= LAST_TIME) return new Date(time);
  const message = "Expected a time such as 2026-06-01T16:40:24Z.";
  throw createInvalidRequestError("The query is not valid.", { message, path: name, code: "INVALID_FORMAT" });
}
