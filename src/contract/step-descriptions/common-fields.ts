import type { FieldDescription } from "#contract/step-description.ts";
import { advanced, output, toggle } from "./describe-field.ts";

interface Options {
  readonly required?: boolean;
}

/** What nearly every type ends with: the variable it sets, then under “More” what is rarely needed. */
export function resultFields(
  more: readonly FieldDescription[] = [],
  options: Options = {},
): readonly FieldDescription[] {
  return [outputVariable(options), ...advanced(...more, streamOutput)];
}

export function outputVariable(options: Options = {}): FieldDescription {
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
