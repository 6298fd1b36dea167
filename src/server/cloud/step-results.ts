import { mergeBatchRecords, toPartOfRecord } from "#contract/merge-batch-records.ts";
import {
  type BatchRecord,
  type BatchState,
  type ListStepResultsQuery,
  type StepResult,
  stepResultPageSchema,
} from "#contract/run.ts";
import type { JsonObject } from "#core/json/json.ts";
import { type UpstreamAnswer, readUpstreamAnswer } from "./upstream-answer.ts";
import type { UpstreamCall } from "./upstream-call.ts";
import type { UpstreamClient } from "./upstream.ts";

export const STEP_RESULT_PAGE_SIZE = 100;
/** Maximum number of pages of step results to search for one execution or batch. */
const MAX_SEARCHED_PAGES = 5;

export const OLDEST_FIRST = { sortBy: "createdAt", sortOrder: "asc" } as const;
const NEWEST_FIRST = { sortBy: "createdAt", sortOrder: "desc" } as const;

export interface StepResultPage {
  readonly data: readonly StepResult[];
  readonly hasMore: boolean;
}

/** Reads the step results of flows, from which the runs that the API does not list are derived. */
export class StepResultReader {
  readonly #upstream: UpstreamClient;

  constructor(upstream: UpstreamClient) {
    this.#upstream = upstream;
  }

  /** Throws `UpstreamAnswerError` unless the API returns a page of step results. */
  async read(call: UpstreamCall, flowId: string, query: ListStepResultsQuery): Promise<UpstreamAnswer> {
    const { executionId: _executionId, ...documented } = query;
    const search = new URLSearchParams(documented as Record<string, string>).toString();
    const target = `/v1/flows/${encodeURIComponent(flowId)}/step-results?${search}`;
    const response = await this.#upstream.send({ ...call, method: "GET", target });
    return readUpstreamAnswer(response, isStepResultPage);
  }

  async readPage(call: UpstreamCall, flowId: string, query: ListStepResultsQuery): Promise<StepResultPage> {
    const { value } = await this.read(call, flowId, query);
    const { data, pagination } = stepResultPageSchema.parse(value);
    return { data, hasMore: pagination.hasMore };
  }

  /** Yields pages until one has no new row: a page that leads to itself would be requested without end. */
  async *readPages(
    call: UpstreamCall,
    flowId: string,
    query: ListStepResultsQuery,
    maxPages = Number.POSITIVE_INFINITY,
  ): AsyncGenerator<readonly StepResult[], void> {
    const seen = new Set<string>();
    let offset = 0;
    for (let pages = 0; pages < maxPages; pages += 1) {
      const place = { limit: String(STEP_RESULT_PAGE_SIZE), offset: String(offset) };
      const { data, hasMore } = await this.readPage(call, flowId, { ...query, ...place });
      const added = data.filter(({ id }) => !seen.has(id));
      for (const { id } of added) seen.add(id);
      if (added.length > 0) yield added;
      if (!hasMore || added.length === 0) return;
      offset += data.length;
    }
  }

  /** Finds the steps of an execution among the newest results of the flow, in the order in which they ran. */
  async findExecution(
    call: UpstreamCall,
    flowId: string,
    executionId: string,
  ): Promise<readonly StepResult[]> {
    const found: StepResult[] = [];
    for await (const page of this.readPages(call, flowId, NEWEST_FIRST, MAX_SEARCHED_PAGES)) {
      const steps = page.filter(({ executionSessionId }) => executionSessionId === executionId);
      found.push(...steps);
      if (found.length > 0 && steps.length === 0) break;
    }
    return found.toReversed().toSorted((a, b) => (a.order ?? 0) - (b.order ?? 0));
  }

  /** Returns the ids of all records of the batch that failed. `answered` are rows that the start of the run returned. */
  async listFailedRecordIds(
    call: UpstreamCall,
    flowId: string,
    batchId: string,
    answered: readonly BatchRecord[],
  ): Promise<readonly string[]> {
    const parts: BatchRecord[] = [...answered];
    for await (const page of this.readPages(call, flowId, { batchId, ...OLDEST_FIRST }))
      parts.push(...page.flatMap(toPartOfRecord));
    return mergeBatchRecords(parts).flatMap(({ recordId, status }) =>
      status === "failed" ? [recordId] : [],
    );
  }

  /** Derives a batch that the API does not hold from its step results; undefined without any. */
  async findBatch(call: UpstreamCall, flowId: string, batchId: string): Promise<BatchState | undefined> {
    const steps: StepResult[] = [];
    const query = { batchId, ...OLDEST_FIRST };
    for await (const page of this.readPages(call, flowId, query, MAX_SEARCHED_PAGES))
      steps.push(...page.filter(({ batchExecutionId }) => batchExecutionId === batchId));
    const records = mergeBatchRecords(steps.flatMap(toPartOfRecord));
    if (records.length === 0) return undefined;
    return {
      batchExecutionId: batchId,
      flowId,
      status: "completed",
      totalRecords: records.length,
      processedRecords: records.length,
      failedRecords: records.filter(({ status }) => status === "failed").length,
      startedAt: steps[0]?.startedAt ?? steps[0]?.createdAt ?? null,
      completedAt: steps.at(-1)?.completedAt ?? null,
    };
  }

  /** Omits the counts of records unless the results include all of that step in the batch. */
  async listLastStepRuns(call: UpstreamCall, flowId: string) {
    const query = { ...NEWEST_FIRST, limit: String(STEP_RESULT_PAGE_SIZE) };
    const { data, hasMore } = await this.readPage(call, flowId, query);
    return summarizeLastStepRuns(data, hasMore);
  }
}

const isStepResultPage = (value: JsonObject): boolean => stepResultPageSchema.safeParse(value).success;

function summarizeLastStepRuns(newestFirst: readonly StepResult[], hasMore: boolean) {
  const byStep = new Map<string, StepResult[]>();
  for (const result of newestFirst) {
    if (result.stepId === null) continue;
    const results = byStep.get(result.stepId);
    if (results) results.push(result);
    else byStep.set(result.stepId, [result]);
  }
  return [...byStep].flatMap(([stepId, results]) => {
    const [newest] = results;
    if (!newest) return [];
    const batchId = newest.batchExecutionId;
    const ofBatch = results.filter((result) => batchId !== null && result.batchExecutionId === batchId);
    const isSkipped = newest.status === "skipped";
    // A step that ran for some records of a batch has run, although it was skipped for the last one.
    const last = (isSkipped && ofBatch.find((result) => result.status !== "skipped")) || newest;
    const { status, completedAt, createdAt, durationMs, recordId } = last;
    const isCounted = batchId !== null && (!hasMore || ofBatch.length < results.length);
    return [
      {
        stepId,
        status,
        completedAt: completedAt ?? createdAt,
        durationMs,
        executionId: last.executionSessionId,
        batchId,
        recordId,
        ...(isCounted && {
          failedRecords: ofBatch.filter((result) => result.status === "failed").length,
          batchRecords: ofBatch.length,
        }),
      },
    ];
  });
}
