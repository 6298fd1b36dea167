import type { FlowDocument } from "#core/document/flow-document.ts";
import { getLocationsOfAllSteps } from "#core/document/step-list.ts";
import { getStepName } from "#core/document/step.ts";
import type { StepTextReplacement } from "#core/search/step-text-replacements.ts";
import { PLATFORM_VARIABLES } from "./available-variables.ts";
import { quoteTextForMessage } from "./occurrence.ts";
import { listVariablesSetByStep } from "./variables-set-by-step.ts";
import { parseVariablePath } from "./read-templates.ts";
import type { StepTypeLookup } from "./reference.ts";
import type { NameRenameEditsOrRefusal } from "./rename-variable.ts";
import { renameVariablesInStep } from "./rename-step-variables.ts";

/** Makes reads by name (`{{Triage.urgency}}`) use the new name, or refuses. Loads the parsers: import lazily. */
export function planStepNameRename(
  document: FlowDocument,
  from: string,
  to: string,
  types: StepTypeLookup,
): NameRenameEditsOrRefusal {
  if (from === to) return { type: "edits", edits: [] };
  const { variable, rest } = parseVariablePath(to);
  if (variable?.name !== to || variable.path.length > 0 || rest !== "") {
    return {
      type: "refused",
      reason: `A step named ${quoteTextForMessage(to)} can’t be referenced by name. Choose another name.`,
    };
  }
  const nodes = [...getLocationsOfAllSteps(document).values()].map(({ node }) => node);
  const isVariable = nodes.some((node) =>
    listVariablesSetByStep(node, types).some(({ name }) => name === to),
  );
  if (isVariable || to === "secrets" || PLATFORM_VARIABLES.includes(to)) {
    const reason = `${quoteTextForMessage(to)} is already a variable. Choose another name.`;
    return { type: "refused", reason };
  }
  const names = { read: new Map([[from, to]]), set: new Map<string, string>() };
  const edits: StepTextReplacement[] = [];
  for (const node of nodes) {
    const respelled = renameVariablesInStep(node, names, types);
    if (respelled.stuck.length > 0) {
      const reason = `${quoteTextForMessage(getStepName(node))} uses ${quoteTextForMessage(to)} for something else. Choose another name.`;
      return { type: "refused", reason };
    }
    edits.push(...respelled.edits);
  }
  return { type: "edits", edits };
}
