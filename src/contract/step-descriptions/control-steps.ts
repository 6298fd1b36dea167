import type { StepDescription } from "#contract/step-description.ts";
import { outputVariable, resultFields } from "./common-fields.ts";
import { json, longText, number, output, toggle } from "./describe-field.ts";
import { anySchema, objectSchema } from "./value-schemas.ts";

export const controlSteps: readonly StepDescription[] = [
  {
    type: "conditional",
    help: "Runs its then steps if the condition holds, and its else steps if not.",
    fields: [
      longText(
        "condition",
        "condition",
        "Condition",
        "JavaScript that is true or false, such as needsReview === true.",
        { required: true },
      ),
    ],
    newConfig: { condition: "", trueSteps: [], falseSteps: [] },
    errorHandling: false,
  },
  {
    type: "loop",
    help: "Repeats steps; its settings, except for the output variable, are edited as JSON.",
    fields: [outputVariable()],
    newConfig: { outputVariable: "" },
    errorHandling: false,
  },
  {
    type: "set-variable",
    help: "Gives a variable a value that later steps can use.",
    fields: [
      output("variableName", "Variable name", "The name under which later steps find the value.", {
        required: true,
      }),
      longText(
        "prompt",
        "valueTemplate",
        "Value",
        "What the variable holds: text, which may contain other variables.",
        {
          aliases: ["value"],
          required: true,
          schema: anySchema("Value"),
        },
      ),
    ],
    newConfig: { variableName: "", valueTemplate: "" },
    errorHandling: false,
  },
  {
    type: "wait-until",
    help: "Pauses the flow for a time, or until a condition holds.",
    fields: [
      longText(
        "condition",
        "condition",
        "Wait until",
        "JavaScript that becomes true when the flow may go on.",
      ),
      number("timeoutMs", "Give up after", "How long to wait for the condition.", {
        min: 0,
        whole: true,
        unit: "ms",
      }),
      number("delayMs", "Wait for", "A fixed time to wait, where there is no condition.", {
        min: 0,
        whole: true,
        unit: "ms",
      }),
      ...resultFields([
        number("pollIntervalMs", "Check every", "The time between two checks of the condition.", {
          min: 0,
          whole: true,
          unit: "ms",
        }),
        toggle(
          "continueOnTimeout",
          "Go on when time is up",
          "Whether the flow goes on, instead of failing, when the condition did not hold in time.",
        ),
        json("poll", "Polling", "How the condition is checked again, as a JSON object.", {
          schema: objectSchema("Polling"),
        }),
      ]),
    ],
    newConfig: { condition: "", outputVariable: "" },
    errorHandling: true,
  },
];
