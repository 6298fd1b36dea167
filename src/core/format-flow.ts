import { BRANCHES, type FlowDocument, type StepNode } from "./flow-document.ts";
import { type JsonObject, isJsonObject, withKey, withoutKey } from "./json.ts";

/**
 * The flow as a person edits it as text: name, description and steps in their order. `order` is left out, since the
 * steps run as they stand: moving one in the text moves it in the flow. {@link adoptFlow} reads it back.
 */
export function formatFlow({ name, description, steps }: FlowDocument): string {
  const flow = { name, ...(description !== undefined && { description }), flowSteps: steps.map(writeStep) };
  return JSON.stringify(flow, null, 2);
}

/** One step as it stands in that text. */
export function writeStep(node: StepNode): JsonObject {
  let step = Object.hasOwn(node.fields, "order") ? withoutKey(node.fields, "order") : node.fields;
  const before = isJsonObject(step["config"]) ? step["config"] : {};
  let config = before;
  for (const branch of BRANCHES) {
    const steps = node.branches?.[branch];
    // A list that is empty and was not there is not written.
    if (!steps || (steps.length === 0 && !Object.hasOwn(before, branch))) continue;
    config = withKey(config, branch, steps.map(writeStep));
  }
  if (config !== before) step = withKey(step, "config", config);
  return step;
}
