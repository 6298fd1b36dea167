import type { StepResult } from "#contract/run.ts";

export const STEP_RESULT_TIME = "2026-11-27T06:00:00.000Z";

export function createStepResult(id: string, fields: Partial<StepResult> = {}): StepResult {
  return {
    id,
    userId: "user_1",
    organizationId: null,
    batchExecutionId: "batch_1",
    executionSessionId: "exec_1",
    flowId: "flow_1",
    flowVersionId: null,
    recordId: "record_1",
    recordName: "Ada",
    stepId: "ask",
    stepName: "Ask",
    stepType: "prompt",
    status: "completed",
    order: 0,
    durationMs: 10,
    outputPreview: null,
    startedAt: STEP_RESULT_TIME,
    completedAt: STEP_RESULT_TIME,
    createdAt: STEP_RESULT_TIME,
    ...fields,
  };
}

/** Answers with pages of these step results, as the documented API does. */
export function answerStepResults(results: readonly StepResult[], size = 100) {
  return (url: URL) => {
    const offset = Number(url.searchParams.get("offset"));
    const limit = Math.min(size, Number(url.searchParams.get("limit")));
    const matching = results.filter(
      ({ recordId, status, batchExecutionId }) =>
        (url.searchParams.get("recordId") ?? recordId) === recordId &&
        (url.searchParams.get("status") ?? status) === status &&
        (url.searchParams.get("batchId") ?? batchExecutionId) === batchExecutionId,
    );
    const data = matching.slice(offset, offset + limit);
    const hasMore = offset + data.length < matching.length;
    return { data, pagination: { limit, offset, returned: data.length, hasMore } };
  };
}
