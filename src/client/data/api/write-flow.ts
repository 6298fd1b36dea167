import type { Flow, UpdateFlowBody } from "#contract/flow.ts";
import { callEndpoint } from "./call-endpoint.ts";

/** A flow and the version that the user saw. A flow without a `versionToken` is identified by `updatedAt`. */
export interface FlowIdWithSeenVersion {
  readonly id: string;
  readonly versionToken?: string | undefined;
  readonly updatedAt: string;
}

interface OwnWrites {
  readonly replaced: Set<string>;
  readonly newest: FlowIdWithSeenVersion;
}

const ownWrites = new Map<string, OwnWrites>();

/** Two writes of this page never conflict, even if the second is based on a version before the first. */
export function getNewestVersionWrittenByPage(seen: FlowIdWithSeenVersion): FlowIdWithSeenVersion {
  const own = ownWrites.get(seen.id);
  return own?.replaced.has(nameVersion(seen)) === true ? own.newest : seen;
}

const flowsWithoutCheck = new Set<string>();

/** Records that the user accepts, for this session, that a save may delete fields that could not be read. */
export function allowSavesWithUnreadFields(flowId: string): void {
  flowsWithoutCheck.add(flowId);
}

export function allowsSavesWithUnreadFields(flowId: string): boolean {
  return flowsWithoutCheck.has(flowId);
}

/** Overwrites only the version in `target`; throws `ApiError` 412 if the server has another version. */
export async function writeFlow(
  target: FlowIdWithSeenVersion,
  body: UpdateFlowBody,
  saveKey?: string,
): Promise<Flow> {
  const { id } = target;
  const written = await callEndpoint("updateFlow", {
    params: { id },
    body,
    ifMatch: nameVersion(target),
    saveKey,
    isLenient: allowsSavesWithUnreadFields(id),
  });
  noteOwnWrite(target, written);
  return written;
}

function noteOwnWrite(target: FlowIdWithSeenVersion, { id, versionToken, updatedAt }: Flow): void {
  const newest = { id, versionToken, updatedAt };
  const known = ownWrites.get(id);
  // If another client wrote since this page's last write, drops the earlier entries of `replaced`: a later write
  // based on such an old version would overwrite the other client's change and must conflict.
  const isNext = known !== undefined && nameVersion(known.newest) === nameVersion(target);
  const replaced = isNext ? known.replaced : new Set<string>();
  // A row of the list may name the replaced version by its date only.
  ownWrites.set(id, { replaced: replaced.add(nameVersion(target)).add(target.updatedAt), newest });
}

export const nameVersion = ({ versionToken, updatedAt }: FlowIdWithSeenVersion) => versionToken ?? updatedAt;
