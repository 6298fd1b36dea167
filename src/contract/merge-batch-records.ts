import type { BatchRecord, StepResult } from "./run.ts";

/** Returns the record with the state that this step left it in, as a part for {@link mergeBatchRecords}. */
export function toPartOfRecord(step: StepResult): readonly BatchRecord[] {
  if (step.recordId === null) return [];
  const { recordId, recordName, startedAt, completedAt, durationMs, outputPreview } = step;
  return [
    {
      partId: step.id,
      recordId,
      recordName,
      position: 0,
      status: step.status,
      executionId: step.executionSessionId,
      attempts: 1,
      startedAt,
      completedAt,
      durationMs,
      errorMessage: step.errorMessage ?? null,
      outputPreview,
      totalTokens: step.totalTokens ?? null,
      estimatedCost: null,
    },
  ];
}

/** The last step that was not skipped decides the outcome; a row that is no part takes precedence. */
export function mergeBatchRecords(parts: readonly BatchRecord[]): readonly BatchRecord[] {
  const byId = new Map<string, BatchRecord>();
  for (const part of parts) {
    const before = byId.get(part.recordId);
    byId.set(part.recordId, before ? mergeParts(before, part) : part);
  }
  // A record is completed if all its steps were skipped.
  return [...byId.values()].map((record) =>
    record.status === "skipped" ? { ...record, status: "completed" } : record,
  );
}

function mergeParts(before: BatchRecord, part: BatchRecord): BatchRecord {
  // A record that is not a part comes from a page that was read twice: the newer page replaces it.
  if (part.partId === undefined) return part;
  const isAnswer = before.partId === undefined;
  const decides = !isAnswer && part.status !== "skipped";
  const add = (a: number | null, b: number | null) => (a === null ? b : a + (b ?? 0));
  return {
    ...before,
    recordName: before.recordName ?? part.recordName,
    executionId: before.executionId ?? part.executionId,
    status: decides ? part.status : before.status,
    errorMessage: decides ? part.errorMessage : (before.errorMessage ?? part.errorMessage),
    outputPreview: part.outputPreview ?? before.outputPreview,
    startedAt: before.startedAt ?? part.startedAt,
    completedAt: part.completedAt ?? before.completedAt,
    durationMs: isAnswer ? before.durationMs : add(before.durationMs, part.durationMs),
    totalTokens: add(before.totalTokens, part.totalTokens),
  };
}
