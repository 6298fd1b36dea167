import type { StepTypeDescription } from "#contract/step-description.ts";
import { describeOutputVariableField, outputAndAdvancedFields } from "./output-and-advanced-fields.ts";
import {
  assignFieldsToGroup,
  describeJsonField,
  describeLongTextField,
  describeNumberField,
  describeOutputNameField,
  describeToggleField,
  MILLISECONDS,
} from "./describe-field.ts";
import { createAnyJsonSchema, createObjectSchema } from "./value-schemas.ts";

export const controlStepDescriptions: readonly StepTypeDescription[] = [
  {
    type: "conditional",
    label: "Conditional",
    icon: "Split",
    hint: [["condition"]],
    help: "Run different steps depending on a condition.",
    terms:
      "if else switch branch filter split condition when router paths decide classify keyword stop error",
    fields: [
      ...assignFieldsToGroup(
        "Condition",
        describeLongTextField(
          "condition",
          "Condition",
          "JavaScript. Variables are read by name, for example total > 500.",
          {
            type: "condition",
            required: true,
          },
        ),
      ),
    ],
    newConfig: { condition: "", trueSteps: [], falseSteps: [] },
    lacksErrorHandling: true,
  },
  {
    type: "loop",
    label: "Loop",
    icon: "Repeat",
    help: "Repeat steps. Configure in JSON.",
    terms: "foreach for iterate iterator repeat map each",
    fields: assignFieldsToGroup("Output", describeOutputVariableField()),
    newConfig: { outputVariable: "" },
    lacksErrorHandling: true,
  },
  {
    type: "set-variable",
    label: "Set variable",
    icon: "Variable",
    hint: "assignment",
    help: "Set a variable for later steps.",
    terms: "assign value constant map edit field input",
    fields: [
      ...assignFieldsToGroup(
        "Variable",
        describeOutputNameField("variableName", "Variable name", "Later steps read the value by this name.", {
          required: true,
        }),
        describeLongTextField("valueTemplate", "Value", "Text. Type {{ to insert a variable.", {
          type: "prompt",
          aliases: ["value"],
          required: true,
          schema: createAnyJsonSchema("Value"),
        }),
      ),
    ],
    newConfig: { variableName: "", valueTemplate: "" },
    lacksErrorHandling: true,
  },
  {
    type: "wait-until",
    label: "Wait until",
    icon: "Timer",
    hint: [["condition", "delayMs"]],
    limitsItself: true,
    help: "Pause for a time or until a condition is true.",
    terms: "delay sleep pause schedule cron timer poll",
    fields: [
      ...assignFieldsToGroup(
        "Wait",
        describeLongTextField("condition", "Wait until", "JavaScript. The flow continues once it is true.", {
          type: "condition",
        }),
        describeNumberField("timeoutMs", "Timeout", "Maximum wait for the condition.", MILLISECONDS),
        describeNumberField("delayMs", "Wait for", "Used if no condition is set.", MILLISECONDS),
      ),
      ...outputAndAdvancedFields([
        describeNumberField("pollIntervalMs", "Check every", null, MILLISECONDS),
        describeToggleField(
          "continueOnTimeout",
          "Continue on timeout",
          "Continue instead of failing if the condition is not true in time.",
        ),
        describeJsonField("poll", "Polling", "A JSON object.", {
          schema: createObjectSchema("Polling"),
        }),
      ]),
    ],
    newConfig: { condition: "", outputVariable: "" },
  },
];
