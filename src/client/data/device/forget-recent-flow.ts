import { type RecentFlow, readRecentFlows, writeRecentFlows } from "./recent-flows.ts";

/** Updates the name of a listed flow and keeps its position. */
export function noteFlowName({ id, name }: Pick<RecentFlow, "id" | "name">): void {
  const flows = readRecentFlows();
  if (flows.some((flow) => flow.id === id && flow.name !== name))
    writeRecentFlows(flows.map((flow) => (flow.id === id ? { ...flow, name } : flow)));
}

/** Removes a flow that no longer exists. */
export function forgetRecentFlow(id: string): void {
  const flows = readRecentFlows();
  if (flows.some((flow) => flow.id === id)) writeRecentFlows(flows.filter((flow) => flow.id !== id));
}
