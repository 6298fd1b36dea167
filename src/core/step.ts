import type { StepNode } from "./flow-document.ts";
import { type JsonObject, isJsonObject } from "./json.ts";

// Readers of a step's documented fields. They accept whatever the API sent: a field of the wrong type reads as absent.

export function stepType(node: StepNode): string {
  const type = node.fields["type"];
  return typeof type === "string" ? type : "";
}

/** The step's name, or its type where the API sent none. */
export function stepName(node: StepNode): string {
  const name = node.fields["name"];
  return typeof name === "string" && name.trim() !== "" ? name : stepType(node) || "Unnamed step";
}

/** On unless it says `false` (contract: `enabled` defaults to true). */
export function isEnabled(node: StepNode): boolean {
  return node.fields["enabled"] !== false;
}

export function stepWhen(node: StepNode): string {
  const when = node.fields["when"];
  return typeof when === "string" ? when : "";
}

export function stepConfig(node: StepNode): JsonObject {
  const config = node.fields["config"];
  return isJsonObject(config) ? config : {};
}

/** The variable that the step sets, if any: `outputVariable`, or `variableName` of a set-variable step. */
export function outputVariable(node: StepNode): string | undefined {
  const config = stepConfig(node);
  const name = stepType(node) === "set-variable" ? config["variableName"] : config["outputVariable"];
  return typeof name === "string" && name !== "" ? name : undefined;
}
