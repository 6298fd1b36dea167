import { applyEditCommand } from "#core/commands/edit-command.ts";
import type { FlowDocument } from "#core/document/flow-document.ts";
import { getLocationsOfAllSteps } from "#core/document/step-list.ts";
import { listModelUses } from "#core/references/resource-uses.ts";

/** Replaces the model in all steps, fallbacks included. Returns the number of changed steps. */
export function replaceModelInDocument(document: FlowDocument, model: string, replacement: string) {
  const keys = new Set<string>();
  let changed = document;
  for (const { node } of getLocationsOfAllSteps(document).values()) {
    for (const { name, at } of listModelUses(node)) {
      if (name !== model) continue;
      keys.add(node.key);
      changed = applyEditCommand(changed, {
        type: "setConfig",
        key: node.key,
        path: at.slice(1),
        value: replacement,
      });
    }
  }
  return { document: changed, steps: keys.size };
}
