import type { Flow, UpdateFlowBody } from "#contract/flow.ts";
import { ApiError } from "./api-error.ts";
import { callEndpoint } from "./call-endpoint.ts";

/** Names one flow and the version of it that the person saw: by token, or where the server has none, by its date. */
export interface FlowTarget {
  readonly id: string;
  readonly versionToken?: string | undefined;
  readonly updatedAt: string;
}

/** What a write came to. */
export interface WrittenFlow {
  readonly written: Flow;
  /** Somebody wrote over it at once. */
  readonly isOvertaken: boolean;
}

/** What this page has made of a flow: the versions that it replaced one after the other, and what they have become. */
interface OwnWrites {
  readonly replaced: Set<string>;
  readonly newest: FlowTarget;
}

/** By the flow's id. */
const ownWrites = new Map<string, OwnWrites>();

/**
 * The version that this page itself has made of the one that was seen, where that is still on the screen: its own writes
 * are no change from elsewhere. Whether somebody else has written since is the server's to say.
 */
export function followOwnWrites(seen: FlowTarget): FlowTarget {
  const own = ownWrites.get(seen.id);
  return own?.replaced.has(nameVersion(seen)) === true ? own.newest : seen;
}

/** Writes over just the version that `target` names; an `ApiError` with status 412 where the server holds another. */
export async function writeFlow(target: FlowTarget, body: UpdateFlowBody): Promise<Flow> {
  await checkDate(target);
  const { written } = await putFlow(target, body);
  return written;
}

/**
 * The same after {@link checkDate}, as the save called `saveKey`.
 *
 * On a server without version tokens the flow is read back: between the requests a small window remains, and the page
 * says so.
 */
export async function putFlow(
  target: FlowTarget,
  body: UpdateFlowBody,
  saveKey?: string,
): Promise<WrittenFlow> {
  const { id, versionToken } = target;
  const params = { id };
  const written = await callEndpoint("updateFlow", { params, body, ifMatch: versionToken, saveKey });
  noteOwnWrite(target, written);
  if (versionToken !== undefined) return { written, isOvertaken: false };
  // That it was written is known by now. Who wrote after that, whoever reads the flow next is told.
  const after = await callEndpoint("getFlow", { params }).catch(() => written);
  const isOvertaken = after.updatedAt !== written.updatedAt;
  return { written: isOvertaken ? written : after, isOvertaken };
}

function noteOwnWrite(target: FlowTarget, { id, versionToken, updatedAt }: Flow): void {
  const newest = { id, versionToken, updatedAt };
  const known = ownWrites.get(id);
  // Where somebody else wrote in between, this is more than ours of what was seen before that.
  const isNext = known !== undefined && nameVersion(known.newest) === nameVersion(target);
  const replaced = isNext ? known.replaced : new Set<string>();
  ownWrites.set(id, { replaced: replaced.add(nameVersion(target)), newest });
}

const nameVersion = ({ versionToken, updatedAt }: FlowTarget) => versionToken ?? updatedAt;

/** Where the server has no version tokens: throws as it would if it had. */
export async function checkDate({ id, versionToken, updatedAt }: FlowTarget): Promise<void> {
  if (versionToken !== undefined) return;
  const held = await callEndpoint("getFlow", { params: { id } });
  if (held.updatedAt !== updatedAt) throw stale();
}

const stale = () => new ApiError(412, "The flow was changed elsewhere.");
