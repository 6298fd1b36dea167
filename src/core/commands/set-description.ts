import type { EditCommandDefinition } from "./command-definition.ts";
import { isString } from "./field-checks.ts";

export interface SetFlowDescriptionCommand {
  readonly type: "setDescription";
  readonly description: string | null;
}

export const setFlowDescriptionDefinition: EditCommandDefinition<SetFlowDescriptionCommand> = {
  apply: (document, { description }) =>
    (description ?? "") === (document.description ?? "") ? document : { ...document, description },
  describe: () => "edit description",
  affectedSteps: () => [],
  isValid: ({ description }) => description === null || isString(description),
};
