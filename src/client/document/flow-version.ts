import type { Flow } from "#contract/flow.ts";
import { parseFlowLike } from "#core/adopt-flow.ts";
import type { FlowDocument } from "#core/flow-document.ts";
import type { Base, History, VersionMark } from "#core/history.ts";

/** The same definition: by token where the server counts versions, else by time of change. */
export function isSameVersion(a: VersionMark, b: VersionMark): boolean {
  return a.token !== undefined && b.token !== undefined ? a.token === b.token : a.updatedAt === b.updatedAt;
}

export function markOf(flow: Flow): VersionMark {
  return { token: flow.versionToken, updatedAt: flow.updatedAt };
}

/** The version as what edits stand on. */
export function baseOf(flow: Flow, document: FlowDocument): Base {
  return { document, version: markOf(flow) };
}

/** An answer that was overtaken. Revisions are counted and clocks may be set back, so those are asked first. */
export function isOlder(answer: Flow, known: Flow): boolean {
  return answer.revision !== undefined && known.revision !== undefined
    ? answer.revision < known.revision
    : answer.updatedAt < known.updatedAt;
}

/** The newest version that the server is known to hold, and the edits, which may stand on another one. */
interface Versions {
  readonly flow: Flow;
  readonly history: History;
}

/** The server holds another version than the one that the edits stand on. */
export function isBehind({ flow, history }: Versions): boolean {
  return !isSameVersion(markOf(flow), history.base.version);
}

const lastTheirs = new WeakMap<Flow, { readonly base: FlowDocument; readonly document: FlowDocument }>();

/** The newest version that the server is known to hold, its steps recognised as those of the base. */
export function parseTheirs({ flow, history }: Versions): FlowDocument {
  const base = history.base.document;
  const known = lastTheirs.get(flow);
  if (known?.base === base) return known.document;
  const document = parseFlowLike(base, flow);
  lastTheirs.set(flow, { base, document });
  return document;
}
