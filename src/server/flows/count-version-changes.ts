import { parseFlowReusingStepKeys } from "#core/document/apply-edited-flow-json.ts";
import {
  type DocumentChangeCountsByKind,
  countDocumentChangesByKind,
} from "#core/difference/count-changes.ts";
import { findDocumentChanges } from "#core/difference/find-changes.ts";
import { type FlowJson, parseFlowDocument } from "#core/document/flow-document.ts";
import { parseVersionConfig } from "#core/document/parse-version-config.ts";
import type { DatabaseReader } from "#server/store/database.ts";
import type { FlowRow } from "#server/store/flow-rows.ts";
import { findLatestNonDraftConfig } from "#server/store/version-rows.ts";
import { parseStepsJson } from "./normalize-step-order.ts";

function countVersionChanges(before: FlowJson, after: FlowJson): DocumentChangeCountsByKind {
  const was = parseFlowDocument(before);
  return countDocumentChangesByKind(findDocumentChanges(was, parseFlowReusingStepKeys(was, after)));
}

/** Undefined if all versions are drafts. */
export async function countChangesSinceLatestVersion(
  reader: DatabaseReader,
  flow: FlowRow,
): Promise<DocumentChangeCountsByKind | undefined> {
  const config = await findLatestNonDraftConfig(reader, flow.organizationId, flow.id);
  const before = config === undefined ? undefined : parseVersionConfig(JSON.parse(config));
  return before && countVersionChanges(before, { name: flow.name, flowSteps: parseStepsJson(flow.steps) });
}
