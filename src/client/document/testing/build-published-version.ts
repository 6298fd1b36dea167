import type { FlowVersion } from "#contract/flow-version.ts";

/** Returns the second version of the flow `flow_1`, which is empty. */
export function buildPublishedVersion(id: string): FlowVersion {
  return {
    id,
    flowId: "flow_1",
    versionNumber: 2,
    versionType: "published",
    flowConfig: {},
    label: null,
    notes: null,
    createdAt: "2026-01-01T00:00:00.000Z",
  };
}
