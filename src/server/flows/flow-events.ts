import {
  type FlowChangedPayload,
  type FlowDeletedPayload,
  type FlowTaggedPayload,
  TAB_ID_PATTERN,
} from "#contract/events.ts";
import type { Caller } from "#server/domain/caller.ts";
import type { FlowRow } from "#server/store/flow-rows.ts";
import type { ChangeEventWithoutId } from "#server/store/change-listeners.ts";
import { computeFlowVersionToken } from "./version-token.ts";

export type FlowChangeEvent =
  | { readonly event: "flow.changed"; readonly data: Omit<FlowChangedPayload, "by"> }
  | { readonly event: "flow.tagged"; readonly data: Omit<FlowTaggedPayload, "by"> }
  | { readonly event: "flow.deleted"; readonly data: Omit<FlowDeletedPayload, "by"> };

type Revised = Pick<FlowRow, "id" | "revision" | "definitionHash">;

export function buildFlowChangedEvent(change: FlowChangedPayload["change"], row: Revised): FlowChangeEvent {
  const { id, revision } = row;
  return {
    event: "flow.changed",
    data: { id, change, revision, versionToken: computeFlowVersionToken(row) },
  };
}

export function buildFlowDeletedEvent(id: string): FlowChangeEvent {
  return { event: "flow.deleted", data: { id } };
}

/** Tab and key name of the change's author, and the organization. */
export function addOriginToFlowChangeEvent(
  { event, data }: FlowChangeEvent,
  { organizationId, keyName }: Pick<Caller, "organizationId" | "keyName">,
  tab: string | undefined,
): ChangeEventWithoutId {
  const tabId = tab !== undefined && TAB_ID_PATTERN.test(tab) ? tab : null;
  return { organizationId, event, data: JSON.stringify({ ...data, by: { tabId, key: keyName ?? null } }) };
}
