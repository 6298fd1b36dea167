import type { StepKey } from "#core/document/flow-document.ts";
import type { EditCommandDefinition } from "./command-definition.ts";
import { isString } from "./field-checks.ts";
import { formatNameOrCountOfStepKeys } from "./name-steps.ts";
import { setStepField } from "./set-field.ts";

export interface RenameStepCommand {
  readonly type: "renameStep";
  readonly key: StepKey;
  readonly name: string;
}

export const renameStepDefinition: EditCommandDefinition<RenameStepCommand> = {
  apply: (document, { key, name }) => setStepField(document, { key, field: "name" }, name),
  describe: (document, { key }) => `rename ${formatNameOrCountOfStepKeys(document, [key])}`,
  affectedSteps: ({ key }) => [key],
  isValid: ({ key, name }) => isString(key) && isString(name),
  mergeKey: ({ key }) => key,
};
