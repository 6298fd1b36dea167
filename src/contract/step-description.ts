import type { JsonObject, JsonPath, JsonValue } from "#core/json.ts";
import type * as z from "zod/mini";

/** How a field is edited, and what its text means. */
export type FieldControl =
  /** One line. `templates`: may hold `{{variables}}`. */
  | { readonly type: "text"; readonly templates: boolean; readonly placeholder?: string }
  /** Several lines of prose with `{{variables}}`. */
  | { readonly type: "prompt" }
  | { readonly type: "liquid" }
  /** JavaScript: the body of a function that returns, or one expression. */
  | { readonly type: "script" }
  | { readonly type: "condition" }
  /** Any JSON value; its strings may hold `{{variables}}`. */
  | { readonly type: "json" }
  | {
      readonly type: "number";
      readonly min?: number;
      readonly max?: number;
      readonly step?: number;
      readonly unit?: string;
    }
  | { readonly type: "switch" }
  /** `open`: any other text may be typed, the options are suggestions. */
  | {
      readonly type: "choice";
      readonly options: readonly { readonly value: string; readonly label: string }[];
      readonly open?: boolean;
    }
  /** An object of texts, such as headers, edited as pairs in their order. */
  | {
      readonly type: "pairs";
      readonly keyLabel: string;
      readonly valueLabel: string;
      /** `templates`: the values are Liquid. `inputs`: the keys are names of their own in the step's Liquid. */
      readonly liquid?: "templates" | "inputs";
    }
  /** An array of texts. */
  | { readonly type: "texts" }
  /** The bare name of a variable that the step reads. */
  | { readonly type: "variable" }
  /** The name of the variable that the step sets. */
  | { readonly type: "output" };

/** One documented field of a step's config. */
export interface FieldDescription {
  /** Where it is in `config`: the spelling that the production documents use. Unique within its type. */
  readonly path: JsonPath;
  /** Other spellings that sources use for the same field: what is there is read and kept, a new value goes to `path`. */
  readonly aliases?: readonly JsonPath[];
  readonly label: string;
  /** One sentence. */
  readonly help?: string;
  /** A value that fits the schema but not the control (an object as a request body, a `{{variable}}` for a number) is edited as JSON. */
  readonly control: FieldControl;
  /** What a value must be. It only checks: no default, transform or coercion. */
  readonly schema: z.core.$ZodType;
  readonly required?: boolean;
  /** What the platform does when the field is absent; shown as a placeholder, never written. */
  readonly default?: JsonValue;
  /** Rarely needed: shown under “More”. */
  readonly advanced?: boolean;
}

/** Everything the interface knows of a step type's config. Keys that no field names are kept and edited as JSON. */
export interface StepDescription {
  readonly type: string;
  /** What the step does, in one sentence. */
  readonly help: string;
  readonly fields: readonly FieldDescription[];
  /** The config that a new step starts with. */
  readonly newConfig: JsonObject;
  /** The type's own handling of errors: `policy` for `config.errorHandling`, absent where it has none. */
  readonly errorHandling: boolean;
}
