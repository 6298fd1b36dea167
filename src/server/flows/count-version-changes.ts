import { parseFlowLike } from "#core/adopt-flow.ts";
import { type ChangeCounts, countChanges } from "#core/difference/count-changes.ts";
import { findChanges } from "#core/difference/find-changes.ts";
import { type FlowSource, parseFlow } from "#core/flow-document.ts";
import { readDefinition } from "#core/read-definition.ts";
import type { Reader } from "#server/store/database.ts";
import type { FlowRow } from "#server/store/flow-rows.ts";
import { findLastFrozen } from "#server/store/version-rows.ts";
import { parseSteps } from "./arrange-steps.ts";

/** How one definition differs from another. Descriptions are no part of it. */
function countVersionChanges(before: FlowSource, after: FlowSource): ChangeCounts {
  const was = parseFlow(before);
  return countChanges(findChanges(was, parseFlowLike(was, after)));
}

/** How the saved definition differs from the newest version that is no draft; undefined where there is none. */
export async function countChangesSince(reader: Reader, flow: FlowRow): Promise<ChangeCounts | undefined> {
  const config = await findLastFrozen(reader, flow.organizationId, flow.id);
  const before = config === undefined ? undefined : readDefinition(JSON.parse(config));
  return before && countVersionChanges(before, { name: flow.name, flowSteps: parseSteps(flow.steps) });
}
