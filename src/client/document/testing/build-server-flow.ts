import type { Flow } from "#contract/flow.ts";

export function buildServerFlow(content: Pick<Flow, "name" | "flowSteps">): Flow {
  return {
    id: "flow_1",
    createdAt: "2026-01-01T00:00:00.000Z",
    updatedAt: "2026-01-01T00:00:00.000Z",
    userId: "user",
    organizationId: null,
    description: null,
    revision: 1,
    versionToken: "1-x",
    ...content,
  };
}
