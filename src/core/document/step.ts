import type { StepNode } from "./flow-document.ts";
import { hasVisibleText } from "#core/text/quote-name.ts";
import { type JsonObject, isJsonObject } from "#core/json/json.ts";

// The API can send values of any type: a value of the wrong type counts as missing.

export const STEP_ID_PATTERN = /^[A-Za-z0-9_\-:.]{1,128}$/;

export function getStepType(node: StepNode): string {
  const type = node.fields["type"];
  return typeof type === "string" ? type : "";
}

export function getStepName(node: StepNode): string {
  const name = node.fields["name"];
  return typeof name === "string" && hasVisibleText(name) ? name : getStepType(node) || "Unnamed step";
}

export function isStepEnabled(node: StepNode): boolean {
  return node.fields["enabled"] !== false;
}

export function getStepCondition(node: StepNode): string {
  const when = node.fields["when"];
  return typeof when === "string" ? when : "";
}

export function getStepConfig(node: StepNode): JsonObject {
  const config = node.fields["config"];
  return isJsonObject(config) ? config : {};
}

export function getOutputVariable(node: StepNode): string | undefined {
  const config = getStepConfig(node);
  const name = getStepType(node) === "set-variable" ? config["variableName"] : config["outputVariable"];
  return typeof name === "string" && name !== "" ? name : undefined;
}
