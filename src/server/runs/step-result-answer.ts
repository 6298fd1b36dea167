import { objectText } from "#server/answer.ts";
import type { StepResultRow } from "#server/store/step-result-rows.ts";

/** A step's result as the API answers it. The stored text of what it read goes in as it is. */
export function describeStepResult(row: StepResultRow, extras: boolean): string {
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
  return objectText(fields, row.inputVariables === null ? {} : { inputVariables: row.inputVariables });
}
