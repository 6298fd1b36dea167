import type { FlowDocument, FlowSource } from "./flow-document.ts";
import { parseFlowLike } from "./adopt-flow.ts";
import { type JsonObject, isJsonObject } from "./json.ts";

/**
 * The definition that a version holds as `flowConfig`: `{name, flowSteps}`, or as some servers write it, `steps`. Undefined
 * for what another program wrote in a form of its own.
 */
export function readDefinition(config: unknown): FlowSource | undefined {
  if (!isJsonObject(config)) return undefined;
  const steps = config["flowSteps"] ?? config["steps"];
  if (!isStepList(steps)) return undefined;
  return { name: typeof config["name"] === "string" ? config["name"] : "", flowSteps: steps };
}

/**
 * A version as the document that `document` would be if it were put back: its steps recognised as those of `document`, with
 * the description that is there, since versions have none.
 */
export function parseVersionLike(document: FlowDocument, version: FlowSource): FlowDocument {
  const { description } = document;
  const name = version.name === "" ? document.name : version.name;
  return { ...parseFlowLike(document, version), name, description };
}

function isStepList(value: unknown): value is readonly JsonObject[] {
  return Array.isArray(value) && value.every(isJsonObject);
}
