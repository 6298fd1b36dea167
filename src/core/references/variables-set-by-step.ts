import type { StepNode } from "#core/document/flow-document.ts";
import { getJsonAtPath } from "#core/json/json.ts";
import { getStepType } from "#core/document/step.ts";
import type { VariableNamePosition, StepTypeLookup } from "./reference.ts";

/** Without names that contain templates, which are known only at run time. */
export function listVariablesSetByStep(
  node: StepNode,
  types: StepTypeLookup,
): readonly VariableNamePosition[] {
  return types.referenceFields(getStepType(node)).outputs.flatMap((path) => {
    const name = getJsonAtPath(node.fields["config"], path);
    if (typeof name !== "string" || name.trim() === "" || name.includes("{{")) return [];
    return [{ name, at: ["config", ...path], from: 0, to: name.length }];
  });
}
