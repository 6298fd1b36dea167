import type { Flow, UpdateFlowBody } from "#contract/flow.ts";
import { ApiError } from "./api-error.ts";
import { callEndpoint } from "./call-endpoint.ts";

/**
 * A flow and the version that the user saw. Servers that send no `versionToken` identify the version by `updatedAt`.
 */
export interface FlowIdWithSeenVersion {
  readonly id: string;
  readonly versionToken?: string | undefined;
  readonly updatedAt: string;
}

export interface WrittenFlowAndOverwriteState {
  /** The flow as the server holds it after the write. */
  readonly written: Flow;
  /**
   * Whether another client overwrote the flow between this write and the read that verifies it. Detected only on
   * servers that send no `versionToken`: other servers refuse a conflicting write.
   */
  readonly isOvertaken: boolean;
}

interface OwnWrites {
  readonly replaced: Set<string>;
  readonly newest: FlowIdWithSeenVersion;
}

const ownWrites = new Map<string, OwnWrites>();

/**
 * Returns the version that this page wrote last if this page itself overwrote version `seen`, otherwise `seen`. Two
 * writes of the same page therefore never conflict, even if the second is based on a version before the first.
 */
export function getNewestVersionWrittenByPage(seen: FlowIdWithSeenVersion): FlowIdWithSeenVersion {
  const own = ownWrites.get(seen.id);
  return own?.replaced.has(nameVersion(seen)) === true ? own.newest : seen;
}

/** Overwrites only the version in `target`; throws `ApiError` 412 if the server has another version. */
export async function updateFlowIfUnchanged(
  target: FlowIdWithSeenVersion,
  body: UpdateFlowBody,
): Promise<Flow> {
  await assertServerFlowDateUnchanged(target);
  return writeFlow(target, body);
}

/**
 * Writes the flow. A server that sends no `versionToken` cannot refuse a conflicting write: the caller must then call
 * {@link assertServerFlowDateUnchanged} first.
 */
export async function writeFlow(
  target: FlowIdWithSeenVersion,
  body: UpdateFlowBody,
  saveKey?: string,
): Promise<Flow> {
  const { id, versionToken } = target;
  const written = await callEndpoint("updateFlow", { params: { id }, body, ifMatch: versionToken, saveKey });
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
  ownWrites.set(id, { replaced: replaced.add(nameVersion(target)), newest });
}

export const nameVersion = ({ versionToken, updatedAt }: FlowIdWithSeenVersion) => versionToken ?? updatedAt;

/**
 * If the server sends no `versionToken`, reads the flow and throws `ApiError` 412 if its date differs, because such a
 * server cannot refuse a write based on an outdated version.
 */
export async function assertServerFlowDateUnchanged({
  id,
  versionToken,
  updatedAt,
}: FlowIdWithSeenVersion): Promise<void> {
  if (versionToken !== undefined) return;
  const held = await callEndpoint("getFlow", { params: { id } });
  if (held.updatedAt !== updatedAt) throw stale();
}

const stale = () => new ApiError(412, "The flow was changed elsewhere.");
