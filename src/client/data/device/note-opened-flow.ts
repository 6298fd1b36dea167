import { changeDeviceStore } from "./change-device-store.ts";
import { MAX_RECENT_FLOWS, type RecentFlow, recentFlowStore } from "./recent-flows.ts";

type NamedFlow = Pick<RecentFlow, "id" | "name">;

export function noteOpenedFlow({ id, name }: NamedFlow): void {
  changeDeviceStore(recentFlowStore, (flows) =>
    [{ id, name, openedAt: Date.now() }, ...flows.filter((flow) => flow.id !== id)].slice(
      0,
      MAX_RECENT_FLOWS,
    ),
  );
}

/** Updates the name of a listed flow and keeps its position. */
export function noteFlowName({ id, name }: NamedFlow): void {
  changeDeviceStore(recentFlowStore, (flows) =>
    flows.map((flow) => (flow.id === id ? { ...flow, name } : flow)),
  );
}

/** Removes a flow that no longer exists. */
export function forgetRecentFlow(id: string): void {
  changeDeviceStore(recentFlowStore, (flows) => flows.filter((flow) => flow.id !== id));
}
