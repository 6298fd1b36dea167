import type { Flow } from "#contract/flow.ts";
import { parseFlowReusingStepKeys } from "#core/document/apply-edited-flow-json.ts";
import type { FlowDocument } from "#core/document/flow-document.ts";
import type { BaseFlowVersion, EditHistory, FlowVersionIdentifier } from "#core/history/edit-history.ts";

/**
 * Whether both identify the same version: by version token, or by modification date if neither has one, as edits that an
 * earlier release kept. Such edits are not based on a version with a token, because they may lack fields of its steps.
 */
export function isSameVersion(a: FlowVersionIdentifier, b: FlowVersionIdentifier): boolean {
  return a.token === b.token && (a.token !== undefined || a.updatedAt === b.updatedAt);
}

export function getFlowVersionIdentifier(flow: Flow): FlowVersionIdentifier {
  return { token: flow.versionToken, updatedAt: flow.updatedAt };
}

export function createBaseFlowVersion(flow: Flow, document: FlowDocument): BaseFlowVersion {
  return { document, version: getFlowVersionIdentifier(flow) };
}

/** Compares dates only if a revision is missing, because the server's clock may be set back. */
export function isOlderFlowVersion(answer: Flow, known: Flow): boolean {
  return answer.revision !== undefined && known.revision !== undefined
    ? answer.revision < known.revision
    : answer.updatedAt < known.updatedAt;
}

interface Versions {
  readonly flow: Flow;
  readonly history: EditHistory;
}

export function isEditBaseBehindServerVersion({ flow, history }: Versions): boolean {
  return !isSameVersion(getFlowVersionIdentifier(flow), history.base.version);
}

const lastTheirs = new WeakMap<Flow, { readonly base: FlowDocument; readonly document: FlowDocument }>();

/** Parses the newest version that the server sent; steps that the base also contains keep their keys. */
export function parseDocumentOfServerVersion({ flow, history }: Versions): FlowDocument {
  const base = history.base.document;
  const known = lastTheirs.get(flow);
  if (known?.base === base) return known.document;
  const document = parseFlowReusingStepKeys(base, flow);
  lastTheirs.set(flow, { base, document });
  return document;
}
