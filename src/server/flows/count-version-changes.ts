import { parseFlowLike } from "#core/adopt-flow.ts";
import { type ChangeCounts, countChanges } from "#core/difference/count-changes.ts";
import { findChanges } from "#core/difference/find-changes.ts";
import { parseFlow } from "#core/flow-document.ts";
import { type JsonObject, isJsonObject } from "#core/json.ts";
import type { Reader } from "#server/store/database.ts";
import type { FlowRow } from "#server/store/flow-rows.ts";
import { findLastFrozen } from "#server/store/version-rows.ts";
import { parseSteps } from "./arrange-steps.ts";

/** A definition as a version holds it. */
interface Definition {
  readonly name: string;
  readonly flowSteps: readonly JsonObject[];
}

/** How one definition differs from another. Descriptions are no part of it. */
function countVersionChanges(before: Definition, after: Definition): ChangeCounts {
  const was = parseFlow(before);
  return countChanges(findChanges(was, parseFlowLike(was, after)));
}

/** How the saved definition differs from the newest version that is no draft; undefined where there is none. */
export async function countChangesSince(reader: Reader, flow: FlowRow): Promise<ChangeCounts | undefined> {
  const config = await findLastFrozen(reader, flow.organizationId, flow.id);
  const before = config === undefined ? undefined : readDefinition(config);
  return before && countVersionChanges(before, { name: flow.name, flowSteps: parseSteps(flow.steps) });
}

/** Reads the stored text of a version; undefined for one that another program wrote in a form of its own. */
function readDefinition(text: string): Definition | undefined {
  const config = JSON.parse(text) as unknown;
  if (!isJsonObject(config)) return undefined;
  const steps = config["flowSteps"] ?? config["steps"];
  if (!Array.isArray(steps) || !steps.every(isJsonObject)) return undefined;
  return { name: typeof config["name"] === "string" ? config["name"] : "", flowSteps: steps };
}
