import type { JsonObject, JsonPath, JsonValue } from "#core/json/json.ts";
import type { StepConfigNote, StepTypeNeed } from "#core/references/reference.ts";
import type * as z from "zod/mini";
import type { ApiScope } from "./endpoint.ts";

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
      /** `templates`: the values are Liquid templates; `inputs`: the keys are its variables. */
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
  /** A value that does not fit the control, such as a `{{variable}}` for a number, is edited as JSON. */
  readonly control: StepFieldControlDescription;
  /** Must not set defaults, transform or coerce, because the value is saved as entered. */
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

/** An effect of a step outside of its run. `model`: the step only costs money. */
export type StepEffect = "email" | "event" | "model" | "record" | "request" | "text";

/** Takes the first key with a value from each inner list of config keys. */
export type StepHint = "request" | "host" | "assignment" | readonly (readonly string[])[];

/** All facts about a step type. Config keys without a field are preserved and edited as JSON. */
export interface StepTypeDescription {
  readonly type: string;
  readonly label: string;
  /** Name of an icon in client/flow/step-icons.ts. */
  readonly icon: string;
  readonly help: string;
  /** Words that also find the type, the most important first. */
  readonly terms: string;
  /** Without a hint, a step is summarized by the first text of its config. */
  readonly hint?: StepHint;
  readonly effect?: StepEffect;
  /** Scopes that the caller of a run needs for the step. */
  readonly scopes?: readonly ApiScope[];
  /** Server setting that a run needs. */
  readonly needs?: StepTypeNeed;
  /** The method decides whether the step has an effect; later steps cannot read a secret from the fields. */
  readonly sendsRequest?: true;
  /** The config limits the time of the step, instead of FLOWLINE_STEP_TIME_LIMIT. */
  readonly limitsItself?: true;
  /** In the order of the form: the fields of a group follow each other. */
  readonly fields: readonly GroupedFieldDescription[];
  readonly newConfig: JsonObject;
  readonly lacksErrorHandling?: true;
  readonly findNotes?: (config: JsonObject) => readonly StepConfigNote[];
  /** Whether the step uses the run's record without naming it. */
  readonly takesRecord?: (config: JsonObject) => boolean;
}
