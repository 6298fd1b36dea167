import type { FieldDescription } from "#contract/step-description.ts";
import { advanced, output, toggle } from "./describe-field.ts";

/** What nearly every type ends with: the variable it sets, and whether its output is streamed. */
export function resultFields(options: { readonly required?: boolean } = {}): readonly FieldDescription[] {
  return [outputVariable(options), ...advanced(streamOutput)];
}

export function outputVariable(options: { readonly required?: boolean } = {}): FieldDescription {
  return output(
    "outputVariable",
    "Output variable",
    "The name under which later steps find the result.",
    options,
  );
}

const streamOutput = toggle(
  "streamOutput",
  "Stream the output",
  "Sends this step's output to the caller while the flow is still running.",
);
