import * as z from "zod/mini";
import type {
  StepFieldControlDescription,
  StepConfigFieldDescription,
  StepFormFieldGroupTitle,
  GroupedFieldDescription,
} from "#contract/step-description.ts";
import type { JsonValue } from "#core/json/json.ts";
import {
  type NumberRange,
  createAnyJsonSchema,
  createChoiceSchema,
  createVariableNameSchema,
  createNumberSchema,
  createTextMapSchema,
  createBooleanSchema,
  createTextSchema,
  createTextListSchema,
} from "./value-schemas.ts";

// One function per form control. Paths are dotted: “http.url”. `help` is null if a help text would only repeat the label.

interface Details {
  readonly aliases?: readonly string[];
  readonly required?: boolean;
  readonly default?: JsonValue;
  readonly schema?: z.core.$ZodType;
}

const toPath = (path: string) => path.split(".");

interface Field {
  readonly path: string;
  readonly label: string;
  readonly help: string | null;
  readonly control: StepFieldControlDescription;
  readonly schema: z.core.$ZodType;
}

function describeField(
  { path, label, help, control, schema: ownSchema }: Field,
  { aliases, required, schema = ownSchema, ...details }: Details,
): StepConfigFieldDescription {
  return {
    path: toPath(path),
    ...(aliases && { aliases: aliases.map(toPath) }),
    label,
    ...(help !== null && { help }),
    control,
    schema: required ? schema : z.optional(schema),
    ...(required && { required }),
    ...(details.default !== undefined && { default: details.default }),
  };
}

export function assignFieldsToGroup(
  group: StepFormFieldGroupTitle,
  ...fields: readonly StepConfigFieldDescription[]
): readonly GroupedFieldDescription[] {
  return fields.map((field) => ({ ...field, group }));
}

export function describeTextField(
  path: string,
  label: string,
  help: string | null,
  {
    placeholder,
    suggests,
    ...details
  }: Details & { readonly placeholder?: string; readonly suggests?: "tools" } = {},
): StepConfigFieldDescription {
  const control: StepFieldControlDescription = {
    type: "text",
    templates: true,
    ...(placeholder && { placeholder }),
    ...(suggests && { suggests }),
  };
  return describeField(
    { path, label, help, control, schema: createTextSchema(label, details.required) },
    details,
  );
}

export function describeLongTextField(
  path: string,
  label: string,
  help: string | null,
  { type, ...details }: Details & { readonly type: "prompt" | "liquid" | "script" | "condition" },
): StepConfigFieldDescription {
  return describeField(
    { path, label, help, control: { type }, schema: createTextSchema(label, details.required) },
    details,
  );
}

export function describeJsonField(
  path: string,
  label: string,
  help: string | null,
  details: Details = {},
): StepConfigFieldDescription {
  return describeField(
    { path, label, help, control: { type: "json" }, schema: createAnyJsonSchema(label) },
    details,
  );
}

export function describeNumberField(
  path: string,
  label: string,
  help: string | null,
  {
    min,
    max,
    whole,
    step = whole ? 1 : undefined,
    unit,
    ...details
  }: Details & NumberRange & { readonly step?: number; readonly unit?: string } = {},
): StepConfigFieldDescription {
  const control: StepFieldControlDescription = { type: "number", min, max, step, unit };
  return describeField(
    { path, label, help, control, schema: createNumberSchema(label, { min, max, whole }) },
    details,
  );
}

export function describeToggleField(
  path: string,
  label: string,
  help: string | null,
  details: Details = {},
): StepConfigFieldDescription {
  return describeField(
    { path, label, help, control: { type: "switch" }, schema: createBooleanSchema(label) },
    details,
  );
}

interface Options {
  readonly options: Readonly<Record<string, string>>;
}

export function describeChoiceField(
  path: string,
  label: string,
  help: string | null,
  {
    options,
    old,
    anyCase,
    ...details
  }: Details & Options & { readonly old?: readonly string[]; readonly anyCase?: boolean },
): StepConfigFieldDescription {
  const control: StepFieldControlDescription = { type: "choice", options: listOptions(options) };
  const schema = createChoiceSchema(label, Object.keys(options), { old, anyCase });
  return describeField({ path, label, help, control, schema }, details);
}

export function describeSuggestedChoiceField(
  path: string,
  label: string,
  help: string | null,
  { options, suggests, ...details }: Details & Options & { readonly suggests?: "models" },
): StepConfigFieldDescription {
  const control: StepFieldControlDescription = {
    type: "choice",
    options: listOptions(options),
    open: true,
    ...(suggests && { suggests }),
  };
  return describeField(
    { path, label, help, control, schema: createTextSchema(label, details.required) },
    details,
  );
}

const listOptions = (options: Options["options"]) =>
  Object.entries(options).map(([value, label]) => ({ value, label }));

export function describeKeyValueField(
  path: string,
  label: string,
  help: string | null,
  {
    labels: [keyLabel, valueLabel],
    liquid,
    ...details
  }: Details & { readonly labels: readonly [string, string]; readonly liquid?: "templates" | "inputs" },
): StepConfigFieldDescription {
  const control: StepFieldControlDescription = { type: "pairs", keyLabel, valueLabel, liquid };
  return describeField({ path, label, help, control, schema: createTextMapSchema(label) }, details);
}

export function describeTextListField(
  path: string,
  label: string,
  help: string | null,
  { suggests, ...details }: Details & { readonly suggests?: "tools" } = {},
): StepConfigFieldDescription {
  const control: StepFieldControlDescription = { type: "texts", ...(suggests && { suggests }) };
  return describeField({ path, label, help, control, schema: createTextListSchema(label) }, details);
}

export function describeVariableField(
  path: string,
  label: string,
  help: string | null,
  details: Details = {},
): StepConfigFieldDescription {
  return describeField(
    { path, label, help, control: { type: "variable" }, schema: createTextSchema(label, details.required) },
    details,
  );
}

export function describeOutputNameField(
  path: string,
  label: string,
  help: string | null,
  details: Details = {},
): StepConfigFieldDescription {
  return describeField(
    {
      path,
      label,
      help,
      control: { type: "output" },
      schema: createVariableNameSchema(label, details.required),
    },
    details,
  );
}
