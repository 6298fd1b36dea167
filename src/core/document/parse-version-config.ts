import type { FlowDocument, FlowJson } from "./flow-document.ts";
import { parseFlowReusingStepKeys } from "./apply-edited-flow-json.ts";
import { type JsonObject, isJsonObject } from "#core/json/json.ts";

/**
 * Reads a version's `flowConfig`: `{name, flowSteps}` or, from some servers, `{name, steps}`. Undefined for other
 * formats.
 */
export function parseVersionConfig(config: unknown): FlowJson | undefined {
  if (!isJsonObject(config)) return undefined;
  const steps = config["flowSteps"] ?? config["steps"];
  if (!isStepList(steps)) return undefined;
  return { name: typeof config["name"] === "string" ? config["name"] : "", flowSteps: steps };
}

/**
 * Reads a version as the document that restoring it would produce. Keeps the current description, because versions have
 * none.
 */
export function parseVersionReusingStepKeys(document: FlowDocument, version: FlowJson): FlowDocument {
  const { description } = document;
  const name = version.name === "" ? document.name : version.name;
  return { ...parseFlowReusingStepKeys(document, version), name, description };
}

function isStepList(value: unknown): value is readonly JsonObject[] {
  return Array.isArray(value) && value.every(isJsonObject);
}
