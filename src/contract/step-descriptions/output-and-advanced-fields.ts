import type {
  StepConfigFieldDescription,
  StepFormFieldGroupTitle,
  GroupedFieldDescription,
} from "#contract/step-description.ts";
import { assignFieldsToGroup, describeOutputNameField, describeToggleField } from "./describe-field.ts";
import { createVariableNameSchema } from "./value-schemas.ts";

interface Options {
  readonly required?: boolean;
}

interface ResultOptions extends Options {
  /** The group of the form that contains the field for the output variable's name. */
  readonly group?: StepFormFieldGroupTitle;
  /** Further fields of `group`, below the field for the output variable's name. */
  readonly details?: readonly StepConfigFieldDescription[];
}

/** Describes the last two groups of a form: the output variable, and the advanced fields. */
export function outputAndAdvancedFields(
  advanced: readonly StepConfigFieldDescription[] = [],
  { group = "Output", details = [], ...options }: ResultOptions = {},
): readonly GroupedFieldDescription[] {
  return [
    ...assignFieldsToGroup(group, describeOutputVariableField(options), ...details),
    ...assignFieldsToGroup("Advanced", ...advanced, streamOutput),
  ];
}

export function describeOutputVariableField(options: Options = {}): StepConfigFieldDescription {
  return describeOutputNameField(
    "outputVariable",
    "Save result as",
    "Later steps use it as {{name}}.",
    // The label is no subject for a message.
    { ...options, schema: createVariableNameSchema("The result’s name", options.required) },
  );
}

const streamOutput = describeToggleField(
  "streamOutput",
  "Stream the output",
  "Send the output to the caller while the flow runs.",
);
