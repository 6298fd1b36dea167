import type { StepConfigFieldDescription } from "#contract/step-description.ts";
import { describeJsonField, describeSuggestedChoiceField, describeToggleField } from "./describe-field.ts";

export const pdfOptionFields: readonly StepConfigFieldDescription[] = [
  describeSuggestedChoiceField("pdfOptions.format", "Paper size", null, {
    options: {
      A4: "A4",
      Letter: "Letter",
    },
  }),
  describeToggleField("pdfOptions.landscape", "Landscape", null),
  describeJsonField("pdfOptions.margin", "Margin", "A JSON object."),
];
