import { serializeWithRawJson } from "#server/domain/serialize-with-raw-json.ts";
import { type Caller, isScopeGrantedToCaller } from "#server/domain/caller.ts";
import type { StepResultRow } from "#server/store/step-result-rows.ts";

/** For callers without RECORDS:READ, in every result, because any may contain record data. */
const WITHHELD = {
  recordName: null,
  outputPreview: null,
  resolvedPrompt: null,
  errorMessage: null,
  inputVariables: null,
} as const;

export function serializeStepResult(result: StepResultRow, caller: Caller, extras: boolean): string {
  const row = isScopeGrantedToCaller(caller, "RECORDS:READ") ? result : { ...result, ...WITHHELD };
  const fields = {
    id: row.id,
    userId: row.userId,
    organizationId: row.organizationId,
    batchExecutionId: row.batchId,
    executionSessionId: row.executionId,
    flowId: row.flowId,
    flowVersionId: row.flowVersionId,
    recordId: row.recordId,
    recordName: row.recordName,
    stepId: row.stepId,
    stepName: row.stepName,
    stepType: row.stepType,
    status: row.status,
    order: row.position,
    durationMs: row.durationMs,
    outputPreview: row.outputPreview,
    startedAt: row.startedAt,
    completedAt: row.completedAt,
    createdAt: row.createdAt,
    resolvedPrompt: row.resolvedPrompt,
    modelUsed: row.modelUsed,
    errorMessage: row.errorMessage,
    promptTokens: row.promptTokens,
    completionTokens: row.completionTokens,
    totalTokens: row.totalTokens,
    retryCount: row.retryCount,
    estimatedCost: row.estimatedCost,
    ...(extras && {
      skipReason: row.skipReason,
      unresolvedVariables: row.unresolvedVariables ?? [],
      depth: row.depth,
      outputVariable: row.outputVariable,
      isOutputCut: row.isOutputCut,
    }),
  };
  return serializeWithRawJson(
    fields,
    row.inputVariables === null ? {} : { inputVariables: row.inputVariables },
  );
}
