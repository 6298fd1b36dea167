import type { StepKey } from "#core/document/flow-document.ts";
import type { EditCommandDefinition } from "./command-definition.ts";
import { isString } from "./field-checks.ts";
import { formatNameOrCountOfStepKeys } from "./name-steps.ts";
import { setStepField } from "./set-field.ts";

export interface SetConditionCommand {
  readonly type: "setWhen";
  readonly key: StepKey;
  readonly when: string;
}

export const setConditionDefinition: EditCommandDefinition<SetConditionCommand> = {
  apply: (document, { key, when }) =>
    setStepField(document, { key, field: "when" }, when === "" ? undefined : when),
  describe: (document, { key }) => `edit condition of ${formatNameOrCountOfStepKeys(document, [key])}`,
  affectedSteps: ({ key }) => [key],
  isValid: ({ key, when }) => isString(key) && isString(when),
  mergeKey: ({ key }) => key,
};
