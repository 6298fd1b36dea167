import type { Flow, UpdateFlowBody } from "#contract/flow.ts";
import { ApiError } from "./api-error.ts";
import { callEndpoint } from "./call-endpoint.ts";

/** Names one flow and the version of it that the person saw: by token, or where the server has none, by its date. */
export interface FlowTarget {
  readonly id: string;
  readonly versionToken?: string | undefined;
  readonly updatedAt: string;
}

/**
 * Writes over just the version that `target` names; an `ApiError` with status 412 where the server holds another.
 *
 * On a server without version tokens the date is compared just before the write, and the flow is read back after it:
 * between the requests a small window remains, and the page says so.
 */
export async function writeFlow(target: FlowTarget, body: UpdateFlowBody): Promise<Flow> {
  const params = { id: target.id };
  if (target.versionToken !== undefined)
    return callEndpoint("updateFlow", { params, body, ifMatch: target.versionToken });
  await checkDate(target);
  const written = await callEndpoint("updateFlow", { params, body });
  const after = await callEndpoint("getFlow", { params });
  if (after.updatedAt !== written.updatedAt) throw stale();
  return after;
}

/** Where the server has no version tokens: throws as it would if it had. */
export async function checkDate({ id, versionToken, updatedAt }: FlowTarget): Promise<void> {
  if (versionToken !== undefined) return;
  const held = await callEndpoint("getFlow", { params: { id } });
  if (held.updatedAt !== updatedAt) throw stale();
}

const stale = () => new ApiError(412, "The flow was changed elsewhere.");
