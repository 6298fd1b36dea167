import type { EditCommandDefinition } from "./command-definition.ts";
import { isString } from "./field-checks.ts";

export interface RenameFlowCommand {
  readonly type: "renameFlow";
  readonly name: string;
}

export const renameFlowDefinition: EditCommandDefinition<RenameFlowCommand> = {
  apply: (document, { name }) => (name === document.name ? document : { ...document, name }),
  describe: () => "rename flow",
  affectedSteps: () => [],
  isValid: ({ name }) => isString(name),
};
