import type { Flow } from "#contract/flow.ts";
import type { VersionMark } from "#core/history.ts";

/** The same definition: by token where the server counts versions, else by time of change. */
export function isSameVersion(a: VersionMark, b: VersionMark): boolean {
  return a.token !== undefined && b.token !== undefined ? a.token === b.token : a.updatedAt === b.updatedAt;
}

export function markOf(flow: Flow): VersionMark {
  return { token: flow.versionToken, updatedAt: flow.updatedAt };
}

/** An answer that was overtaken. Revisions are counted and clocks may be set back, so those are asked first. */
export function isOlder(answer: Flow, known: Flow): boolean {
  return answer.revision !== undefined && known.revision !== undefined
    ? answer.revision < known.revision
    : answer.updatedAt < known.updatedAt;
}
