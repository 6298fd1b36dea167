import { STEP_STATUSES, type ListStepResultsQuery } from "#contract/run.ts";
import { type Answer, objectText } from "#server/answer.ts";
import { ApiFailure, invalid } from "#server/api-failure.ts";
import type { Caller } from "#server/caller.ts";
import { parseSteps } from "#server/flows/arrange-steps.ts";
import { isId } from "#server/flows/flow-access.ts";
import { clampLimit } from "#server/paging.ts";
import { placeSteps } from "#server/flows/step-rules.ts";
import { findFlow } from "#server/store/flow-rows.ts";
import { findLastStepRuns, findStepOutput, listStepResults } from "#server/store/step-result-rows.ts";
import type { RunContext } from "./run-context.ts";
import { describeStepResult } from "./step-result-answer.ts";

type Reading = Pick<RunContext, "store" | "records" | "extras">;

/** Skipping rows means reading them, so there is an end to it. */
const MAX_OFFSET = 100_000;
const FIRST_TIME = Date.parse("0001-01-01T00:00:00.000Z");
const LAST_TIME = Date.parse("9999-12-31T23:59:59.999Z");

/** One page of what the steps of a flow did; 404 where there is no such flow. */
export async function readFlowStepResults(
  context: Reading,
  caller: Caller,
  flowId: string,
  query: ListStepResultsQuery,
): Promise<Answer> {
  await getFlowSteps(context, caller, flowId);
  return readPage(context, caller, query, { flowId, recordId: query.recordId });
}

/** One page of what steps did with a record; 404 where there is no such record. */
export async function readRecordStepResults(
  context: Reading,
  caller: Caller,
  recordId: string,
  query: Omit<ListStepResultsQuery, "recordId"> & { readonly flowId?: string },
): Promise<Answer> {
  const record = isId(recordId) ? await context.records.find(caller, recordId) : undefined;
  if (!record) throw new ApiFailure(404, "Record not found.");
  return readPage(context, caller, query, { flowId: query.flowId, recordId });
}

async function readPage(
  { store, extras }: Reading,
  caller: Caller,
  query: ListStepResultsQuery,
  place: { readonly flowId: string | undefined; readonly recordId: string | undefined },
): Promise<Answer> {
  const limit = clampLimit(query.limit);
  const offset = readOffset(query.offset);
  const found = await listStepResults(store.database, caller.organizationId, {
    ...place,
    batchId: query.batchId,
    executionId: query.executionId,
    stepId: query.stepId,
    status: STEP_STATUSES.find((status) => status === query.status),
    from: readTime("from", query.from),
    to: readTime("to", query.to),
    sortBy: query.sortBy ?? "createdAt",
    sortOrder: query.sortOrder ?? "desc",
    limit: limit + 1,
    offset,
  });
  const rows = found.slice(0, limit);
  const data = rows.map((row) => describeStepResult(row, extras)).join(",");
  const pagination = { limit, offset, returned: rows.length, hasMore: found.length > limit };
  return { status: 200, body: `{"data":[${data}],"pagination":${JSON.stringify(pagination)}}` };
}

/** The whole of what a step gave, as far as it was kept. */
export async function readStepOutput({ store }: Reading, caller: Caller, id: string): Promise<Answer> {
  const row = isId(id) ? await findStepOutput(store.database, caller.organizationId, id) : undefined;
  if (!row) throw new ApiFailure(404, "Step result not found.");
  const fields = { id, truncated: row.isOutputCut };
  return { status: 200, body: objectText(fields, row.output === null ? {} : { output: row.output }) };
}

/** How each step of the saved flow ended when it last ran, nested ones included; those that never ran are left out. */
export async function readLastStepRuns(context: Reading, caller: Caller, flowId: string): Promise<Answer> {
  const steps = await getFlowSteps(context, caller, flowId);
  const ids = placeSteps(steps, []).flatMap(({ step }) => {
    const id = step["id"];
    return typeof id === "string" && isId(id) ? [id] : [];
  });
  const runs = await findLastStepRuns(context.store.database, caller.organizationId, flowId, ids);
  const data = runs.map(({ shape, ...run }) => objectText(run, shape === null ? {} : { shape }));
  return { status: 200, body: `{"data":[${data.join(",")}]}` };
}

async function getFlowSteps({ store }: Reading, caller: Caller, flowId: string) {
  const flow = await findFlow(store.database, caller.organizationId, flowId);
  if (!flow) throw new ApiFailure(404, "Flow not found.");
  return parseSteps(flow.steps);
}

function readOffset(text: string | undefined): number {
  const offset = Math.max(0, Number(text ?? 0));
  if (offset <= MAX_OFFSET) return offset;
  const message = `This may be at most ${MAX_OFFSET}; narrow the list by time, status or step instead.`;
  throw invalid("The query is not valid.", { message, path: "offset", code: "TOO_BIG" });
}

function readTime(name: "from" | "to", text: string | undefined): Date | undefined {
  if (text === undefined || text === "") return undefined;
  // What else the engine takes for a time differs from one to the next.
  const time = /^\d{4}-\d\d-\d\d/.test(text) ? Date.parse(text) : Number.NaN;
  if (time >= FIRST_TIME && time <= LAST_TIME) return new Date(time);
  const message = "Expected a time such as 2026-06-01T16:40:24Z.";
  throw invalid("The query is not valid.", { message, path: name, code: "INVALID_FORMAT" });
}
