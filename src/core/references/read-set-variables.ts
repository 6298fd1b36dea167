import type { StepNode } from "#core/flow-document.ts";
import { getAtPath } from "#core/json.ts";
import { stepType } from "#core/step.ts";
import type { NamePosition, StepTypes } from "./reference.ts";

/** The variables that the step itself sets. A name that is made by a template is known only when the flow runs. */
export function readSetVariables(node: StepNode, types: StepTypes): readonly NamePosition[] {
  return types.referenceFields(stepType(node)).outputs.flatMap((path) => {
    const name = getAtPath(node.fields["config"], path);
    if (typeof name !== "string" || name.trim() === "" || name.includes("{{")) return [];
    return [{ name, at: ["config", ...path], from: 0, to: name.length }];
  });
}
