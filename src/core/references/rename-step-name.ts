import type { FlowDocument } from "#core/flow-document.ts";
import { locateSteps } from "#core/step-list.ts";
import { stepName } from "#core/step.ts";
import type { TextEdit } from "#core/text-edit.ts";
import { SYSTEM_VARIABLES } from "./available-variables.ts";
import { quote } from "./occurrence.ts";
import { readSetVariables } from "./read-set-variables.ts";
import { readVariable } from "./read-templates.ts";
import type { StepTypes } from "./reference.ts";
import type { RenamePlan } from "./rename-variable.ts";
import { respellStep } from "./respell-step.ts";

/**
 * The edits by which those who read a step's result by its name (`{{Triage.urgency}}`) follow the step to another name.
 * All or nothing. Loads the parsers: import it lazily.
 */
export function planStepNameRename(
  document: FlowDocument,
  from: string,
  to: string,
  types: StepTypes,
): RenamePlan {
  if (from === to) return { type: "edits", edits: [] };
  const { variable, rest } = readVariable(to);
  if (variable?.name !== to || variable.path.length > 0 || rest !== "") {
    return { type: "refused", reason: `A step that is called ${quote(to)} cannot be read by its name.` };
  }
  const nodes = [...locateSteps(document).values()].map(({ node }) => node);
  const isVariable = nodes.some((node) => readSetVariables(node, types).some(({ name }) => name === to));
  if (isVariable || to === "secrets" || SYSTEM_VARIABLES.includes(to)) {
    const reason = `${quote(to)} is a variable: what reads the step by that name would get that one. Choose another name.`;
    return { type: "refused", reason };
  }
  const names = { read: new Map([[from, to]]), set: new Map<string, string>() };
  const edits: TextEdit[] = [];
  for (const node of nodes) {
    const respelled = respellStep(node, names, types);
    if (respelled.stuck.length > 0) {
      const reason = `${quote(stepName(node))} uses ${quote(to)} for something else. Choose another name.`;
      return { type: "refused", reason };
    }
    edits.push(...respelled.edits);
  }
  return { type: "edits", edits };
}
