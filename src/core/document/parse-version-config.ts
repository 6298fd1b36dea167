import { type FlowDocument, type FlowJson, isStepList } from "./flow-document.ts";
import { parseFlowReusingStepKeys } from "./apply-edited-flow-json.ts";
import { isJsonObject } from "#core/json/json.ts";

/** `{name, flowSteps}` or, from some servers, `{name, steps}`. Undefined for other formats. */
export function parseVersionConfig(config: unknown): FlowJson | undefined {
  if (!isJsonObject(config)) return undefined;
  const steps = config["flowSteps"] ?? config["steps"];
  if (!isStepList(steps)) return undefined;
  return { name: typeof config["name"] === "string" ? config["name"] : "", flowSteps: steps };
}

/** Equals the result of restoring the version. Versions have no description: keeps the current one. */
export function parseVersionReusingStepKeys(document: FlowDocument, version: FlowJson): FlowDocument {
  const { description } = document;
  const name = version.name === "" ? document.name : version.name;
  return { ...parseFlowReusingStepKeys(document, version), name, description };
}
