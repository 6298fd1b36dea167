import type { StepKey, StepNode } from "#core/document/flow-document.ts";
import { isStepEnabled } from "#core/document/step.ts";
import { replaceStepListsOfDocument } from "#core/document/step-list.ts";
import { copyObjectWithKey } from "#core/json/json.ts";
import type { EditCommandDefinition } from "./command-definition.ts";
import { isStringArray } from "./field-checks.ts";
import { formatNameOrCountOfStepKeys } from "./name-steps.ts";

export interface SetEnabledCommand {
  readonly type: "setEnabled";
  readonly keys: readonly StepKey[];
  readonly enabled: boolean;
}

export const setEnabledDefinition: EditCommandDefinition<SetEnabledCommand> = {
  apply: (document, { keys, enabled }) => {
    const wanted = new Set(keys);
    return replaceStepListsOfDocument(document, (steps) => {
      const differs = (node: StepNode) => wanted.has(node.key) && isStepEnabled(node) !== enabled;
      if (!steps.some(differs)) return steps;
      return steps.map((node) =>
        differs(node) ? { ...node, fields: copyObjectWithKey(node.fields, "enabled", enabled) } : node,
      );
    });
  },
  describe: (document, { keys, enabled }) =>
    `switch ${enabled ? "on" : "off"} ${formatNameOrCountOfStepKeys(document, keys)}`,
  affectedSteps: ({ keys }) => keys,
  isValid: ({ keys, enabled }) => isStringArray(keys) && typeof enabled === "boolean",
};
