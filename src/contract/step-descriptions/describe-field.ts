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

type DrawField<More> = (
  label: string,
  details: Details & More,
) => { readonly control: StepFieldControlDescription; readonly schema: z.core.$ZodType };

function defineField<More extends object = object>(draw: DrawField<More>) {
  return (
    path: string,
    label: string,
    help: string | null,
    ...[given]: object extends More ? [details?: Details & More] : [details: Details & More]
  ): StepConfigFieldDescription => {
    const details = given ?? ({} as Details & More);
    const { control, schema: ownSchema } = draw(label, details);
    const { aliases, required, schema = ownSchema } = details;
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
  };
}

export function assignFieldsToGroup(
  group: StepFormFieldGroupTitle,
  ...fields: readonly StepConfigFieldDescription[]
): readonly GroupedFieldDescription[] {
  return fields.map((field) => ({ ...field, group }));
}

type TextDetails = { readonly placeholder?: string; readonly suggests?: "tools" };

export const describeTextField = defineField<TextDetails>((label, { placeholder, suggests, required }) => ({
  control: {
    type: "text",
    templates: true,
    ...(placeholder && { placeholder }),
    ...(suggests && { suggests }),
  },
  schema: createTextSchema(label, required),
}));

type LongTextDetails = { readonly type: "prompt" | "liquid" | "script" | "condition" };

export const describeLongTextField = defineField<LongTextDetails>((label, { type, required }) => ({
  control: { type },
  schema: createTextSchema(label, required),
}));

export const describeJsonField = defineField((label) => ({
  control: { type: "json" },
  schema: createAnyJsonSchema(label),
}));

type NumberDetails = NumberRange & { readonly step?: number; readonly unit?: string };

export const MILLISECONDS = { min: 0, whole: true, unit: "ms" } as const;

export const describeNumberField = defineField<NumberDetails>(
  (label, { min, max, whole, step = whole ? 1 : undefined, unit }) => ({
    control: { type: "number", min, max, step, unit },
    schema: createNumberSchema(label, { min, max, whole }),
  }),
);

export const describeToggleField = defineField((label) => ({
  control: { type: "switch" },
  schema: createBooleanSchema(label),
}));

interface Options {
  readonly options: Readonly<Record<string, string>>;
}

type ChoiceDetails = Options & { readonly old?: readonly string[]; readonly anyCase?: boolean };

export const describeChoiceField = defineField<ChoiceDetails>((label, { options, old, anyCase }) => ({
  control: { type: "choice", options: listOptions(options) },
  schema: createChoiceSchema(label, Object.keys(options), { old, anyCase }),
}));

type SuggestedChoiceDetails = Options & { readonly suggests?: "models" };

export const describeSuggestedChoiceField = defineField<SuggestedChoiceDetails>(
  (label, { options, suggests, required }) => ({
    control: { type: "choice", options: listOptions(options), open: true, ...(suggests && { suggests }) },
    schema: createTextSchema(label, required),
  }),
);

const listOptions = (options: Options["options"]) =>
  Object.entries(options).map(([value, label]) => ({ value, label }));

type PairDetails = {
  readonly labels: readonly [key: string, value: string];
  readonly liquid?: "templates" | "inputs";
};

export const describeKeyValueField = defineField<PairDetails>(
  (label, { labels: [keyLabel, valueLabel], liquid }) => ({
    control: { type: "pairs", keyLabel, valueLabel, liquid },
    schema: createTextMapSchema(label),
  }),
);

export const describeTextListField = defineField<{ readonly suggests?: "tools" }>((label, { suggests }) => ({
  control: { type: "texts", ...(suggests && { suggests }) },
  schema: createTextListSchema(label),
}));

export const describeVariableField = defineField((label, { required }) => ({
  control: { type: "variable" },
  schema: createTextSchema(label, required),
}));

export const describeOutputNameField = defineField((label, { required }) => ({
  control: { type: "output" },
  schema: createVariableNameSchema(label, required),
}));
