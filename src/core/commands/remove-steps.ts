import type { StepKey } from "#core/document/flow-document.ts";
import { replaceStepListsOfDocument } from "#core/document/step-list.ts";
import type { EditCommandDefinition } from "./command-definition.ts";
import { isStringArray } from "./field-checks.ts";
import { formatTopmostSteps } from "./name-steps.ts";

export interface RemoveStepsCommand {
  readonly type: "removeSteps";
  readonly keys: readonly StepKey[];
  readonly verb?: "delete" | "cut";
}

export const removeStepsDefinition: EditCommandDefinition<RemoveStepsCommand> = {
  apply: (document, { keys }) => {
    const removed = new Set(keys);
    return replaceStepListsOfDocument(document, (steps) =>
      steps.some((node) => removed.has(node.key)) ? steps.filter((node) => !removed.has(node.key)) : steps,
    );
  },
  describe: (document, { keys, verb }) => `${verb ?? "delete"} ${formatTopmostSteps(document, keys)}`,
  affectedSteps: ({ keys }) => keys,
  isValid: ({ keys }) => isStringArray(keys),
};
