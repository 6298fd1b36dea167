import type { JsonObject, JsonPath, JsonValue } from "#core/json/json.ts";
import type * as z from "zod/mini";

export type StepFieldControlDescription =
  | {
      readonly type: "text";
      readonly templates: boolean;
      readonly placeholder?: string;
      readonly suggests?: "tools";
    }
  | { readonly type: "prompt" }
  | { readonly type: "liquid" }
  /** JavaScript: a function body with `return`, or one expression. */
  | { readonly type: "script" }
  | { readonly type: "condition" }
  /** Any JSON value; its strings can contain `{{variables}}`. */
  | { readonly type: "json" }
  | {
      readonly type: "number";
      readonly min?: number;
      readonly max?: number;
      readonly step?: number;
      readonly unit?: string;
    }
  | { readonly type: "switch" }
  /** `open`: the options are suggestions, and any other text is allowed. */
  | {
      readonly type: "choice";
      readonly options: readonly { readonly value: string; readonly label: string }[];
      readonly open?: boolean;
      /** Suggests the models that the server lists; `options` only if it has no list. Requires `open`. */
      readonly suggests?: "models";
    }
  /** An object of string values, such as headers, edited as ordered key-value pairs. */
  | {
      readonly type: "pairs";
      readonly keyLabel: string;
      readonly valueLabel: string;
      /**
       * `templates`: the values are Liquid templates. `inputs`: the keys are variable names in the step's Liquid
       * template.
       */
      readonly liquid?: "templates" | "inputs";
    }
  | { readonly type: "texts"; readonly suggests?: "tools" }
  /** Name of a variable that the step reads, without braces. */
  | { readonly type: "variable" }
  /** Name of the variable that the step sets. */
  | { readonly type: "output" };

export interface StepConfigFieldDescription {
  /** Path in the config, in the documented spelling; unique within the step type. */
  readonly path: JsonPath;
  /** Other spellings of the path. Existing values keep their path; new values use `path`. */
  readonly aliases?: readonly JsonPath[];
  readonly label: string;
  readonly help?: string;
  /**
   * The control that edits the value. If a valid value does not fit the control, such as a `{{variable}}` for a
   * number, the value is edited as JSON.
   */
  readonly control: StepFieldControlDescription;
  /**
   * Schema that only validates the value: it must not set defaults, transform or coerce, because the value is saved as
   * entered.
   */
  readonly schema: z.core.$ZodType;
  readonly required?: boolean;
  /** The platform's default, shown as a placeholder and never written. */
  readonly default?: JsonValue;
}

/** Titles of the groups that a form shows its fields in. */
export type StepFormFieldGroupTitle =
  | "Agent"
  | "Code"
  | "Condition"
  | "Content"
  | "Event"
  | "File"
  | "Input"
  | "Memory"
  | "Message"
  | "Model"
  | "Output"
  | "Prompt"
  | "Record"
  | "Request"
  | "Response"
  | "Search"
  | "Source"
  | "Tool"
  | "Values"
  | "Variable"
  | "Wait"
  /** Rarely used fields. The form shows this group last and collapsed. */
  | "Advanced";

export interface GroupedFieldDescription extends StepConfigFieldDescription {
  readonly group: StepFormFieldGroupTitle;
}

/** Describes the config of a step type. Config keys without a field are preserved and edited as JSON. */
export interface StepTypeDescription {
  readonly type: string;
  readonly help: string;
  readonly terms: readonly string[];
  /** In the order of the form: the fields of a group follow each other. */
  readonly fields: readonly GroupedFieldDescription[];
  readonly newConfig: JsonObject;
  readonly errorHandling: boolean;
}
