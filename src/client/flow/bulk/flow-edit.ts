import type { FlowListItem, UpdateFlowBody } from "#contract/flow.ts";
import { type Problem, getProblemIdWithoutOffsets } from "#core/dataflow/problem.ts";
import type { DocumentChangeDescription } from "#core/difference/document-change-description.ts";
import { parseFlowReusingStepKeys } from "#core/document/apply-edited-flow-json.ts";
import { type FlowDocument, parseFlowDocument } from "#core/document/flow-document.ts";
import { createFlowSaveBody, isDocumentUnchangedForSave } from "#core/save-body.ts";
import { loadDataflowAnalyzer } from "#client/document/analysis/load-dataflow-analyzer.ts";
import { isStaleWriteError } from "#client/data/api/api-error.ts";
import { readFlow } from "#client/data/api/read-flow.ts";
import { type FlowIdWithSeenVersion, writeFlow } from "#client/data/api/write-flow.ts";
import { describeFlowDifference } from "#client/flow/change-list.tsx";
import { listReportedProblems } from "#client/flow/publish/unresolved-problem-list.tsx";
import type { BulkItem } from "./run-in-bulk.ts";

/** `document` is undefined if saving would round a number of the flow. */
export interface ReadFlow {
  readonly target: FlowIdWithSeenVersion;
  readonly name: string;
  readonly document: FlowDocument | undefined;
}

export async function readFlowForEdit({ id }: Pick<FlowListItem, "id">): Promise<ReadFlow> {
  const { flow, isInexact } = await readFlow(id, { isStrict: true });
  const { versionToken, updatedAt, name } = flow;
  return {
    target: { id, versionToken, updatedAt },
    name,
    document: isInexact ? undefined : parseFlowDocument(flow),
  };
}

export const INEXACT_NUMBER_REASON = "Skipped: a number in this flow is too precise to edit here.";

/** Saved only if the server still has the version that was read. */
export interface PlannedFlowEdit extends BulkItem {
  readonly target: FlowIdWithSeenVersion;
  readonly after: FlowDocument;
  readonly body: UpdateFlowBody;
  readonly lines: readonly DocumentChangeDescription[];
  /** Errors and warnings that the edit causes, errors first. */
  readonly problems: readonly Problem[];
}

/** Plans to replace the saved document `before` by `after`; returns undefined if nothing would change. */
export async function planFlowEdit(
  { target, name }: ReadFlow,
  before: FlowDocument,
  after: FlowDocument,
): Promise<PlannedFlowEdit | undefined> {
  const body = createFlowSaveBody(before, after) as UpdateFlowBody;
  if (Object.keys(body).length === 0) return undefined;
  const dataflowAnalyzer = await loadDataflowAnalyzer();
  const known = new Set(dataflowAnalyzer.analyze(before).problems.map(getProblemIdWithoutOffsets));
  const problems = dataflowAnalyzer
    .analyze(after)
    .problems.filter((problem) => !known.has(getProblemIdWithoutOffsets(problem)));
  return {
    id: target.id,
    name,
    target,
    after,
    body,
    lines: describeFlowDifference(before, after),
    problems: listReportedProblems(problems),
  };
}

/** Throws `ApiError` 412 for another version, unless that is the result of this edit, sent before. */
export async function saveFlowEdit({ target, body, after }: PlannedFlowEdit): Promise<undefined> {
  try {
    await writeFlow(target, body);
  } catch (error) {
    if (!isStaleWriteError(error)) throw error;
    const { flow } = await readFlow(target.id, { isStrict: true });
    if (!isDocumentUnchangedForSave(parseFlowReusingStepKeys(after, flow), after)) throw error;
  }
}
