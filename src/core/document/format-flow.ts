import { BRANCH_NAMES, type FlowDocument, type StepNode } from "./flow-document.ts";
import { type JsonObject, isJsonObject, copyObjectWithKey, copyObjectWithoutKey } from "#core/json/json.ts";

/** Without `order`: the sequence of the steps in the text alone determines their order. */
export function formatFlowAsJson({ name, description, steps }: FlowDocument): string {
  const flow = {
    name,
    ...(description !== undefined && { description }),
    flowSteps: steps.map(convertStepToJson),
  };
  return JSON.stringify(flow, null, 2);
}

export function convertStepToJson(node: StepNode): JsonObject {
  let step = Object.hasOwn(node.fields, "order") ? copyObjectWithoutKey(node.fields, "order") : node.fields;
  const before = isJsonObject(step["config"]) ? step["config"] : {};
  let config = before;
  for (const branch of BRANCH_NAMES) {
    const steps = node.branches?.[branch];
    // The JSON of an unchanged step stays the same if the server sent no list for this branch.
    if (!steps || (steps.length === 0 && !Object.hasOwn(before, branch))) continue;
    config = copyObjectWithKey(config, branch, steps.map(convertStepToJson));
  }
  if (config !== before) step = copyObjectWithKey(step, "config", config);
  return step;
}
