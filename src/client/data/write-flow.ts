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

/** A version, and what the flow is called in it. */
type NamedVersion = FlowTarget & Pick<Flow, "name">;

/** What this page has made of versions, by what names them. Only their names: the flows themselves may be large. */
const ownWrites = new Map<string, NamedVersion>();

/**
 * The version that this page itself has made of the one that was seen, where that is still on the screen: its own write is
 * no change from elsewhere. Whether somebody else has written since is the server's to say.
 */
export function followOwnWrites<Seen extends FlowTarget>(seen: Seen): Seen | NamedVersion {
  let newest: Seen | NamedVersion = seen;
  // A server whose backup was put back may give the name of a version twice.
  const passed = new Set<NamedVersion>();
  for (;;) {
    const next = ownWrites.get(nameVersion(newest));
    if (!next || passed.has(next)) return newest;
    passed.add(next);
    newest = next;
  }
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

/** An answer of the same version, as to a write that changed nothing, leads nowhere. */
function noteOwnWrite(target: FlowTarget, { id, name, versionToken, updatedAt }: Flow): void {
  const written = { id, name, versionToken, updatedAt };
  if (nameVersion(target) !== nameVersion(written)) ownWrites.set(nameVersion(target), written);
}

const nameVersion = ({ id, versionToken, updatedAt }: FlowTarget) => `${id} ${versionToken ?? updatedAt}`;

/** Where the server has no version tokens: throws as it would if it had. */
export async function checkDate({ id, versionToken, updatedAt }: FlowTarget): Promise<void> {
  if (versionToken !== undefined) return;
  const held = await callEndpoint("getFlow", { params: { id } });
  if (held.updatedAt !== updatedAt) throw stale();
}

const stale = () => new ApiError(412, "The flow was changed elsewhere.");
