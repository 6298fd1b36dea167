import * as z from "zod/mini";
import type { FieldControl, FieldDescription } from "#contract/step-description.ts";
import type { JsonValue } from "#core/json.ts";
import {
  type NumberRange,
  anySchema,
  choiceSchema,
  nameSchema,
  numberSchema,
  pairsSchema,
  switchSchema,
  textSchema,
  textsSchema,
} from "./value-schemas.ts";

// One function for each control. They take the path as one text, "http.url", and the label and help that a form shows.

interface Details {
  /** Other spellings, as texts like the path. */
  readonly aliases?: readonly string[];
  readonly required?: boolean;
  readonly default?: JsonValue;
  /** Instead of the schema that follows from the control. */
  readonly schema?: z.core.$ZodType;
}

const toPath = (path: string) => path.split(".");

function describeField(
  path: string,
  label: string,
  help: string,
  control: FieldControl,
  ownSchema: z.core.$ZodType,
  { aliases, required, schema = ownSchema, ...details }: Details,
): FieldDescription {
  return {
    path: toPath(path),
    ...(aliases && { aliases: aliases.map(toPath) }),
    label,
    help,
    control,
    schema: required ? schema : z.optional(schema),
    ...(required && { required }),
    ...(details.default !== undefined && { default: details.default }),
  };
}

/** The same fields, shown under “More”. */
export function advanced(...fields: readonly FieldDescription[]): readonly FieldDescription[] {
  return fields.map((field) => ({ ...field, advanced: true }));
}

export function text(
  path: string,
  label: string,
  help: string,
  { placeholder, ...details }: Details & { readonly placeholder?: string } = {},
): FieldDescription {
  const control: FieldControl = { type: "text", templates: true, ...(placeholder && { placeholder }) };
  return describeField(path, label, help, control, textSchema(label, details.required), details);
}

/** Text over several lines: prose or a body with variables, a Liquid template, code. */
export function longText(
  type: "prompt" | "liquid" | "script" | "condition",
  path: string,
  label: string,
  help: string,
  details: Details = {},
): FieldDescription {
  return describeField(path, label, help, { type }, textSchema(label, details.required), details);
}

export function json(path: string, label: string, help: string, details: Details = {}): FieldDescription {
  return describeField(path, label, help, { type: "json" }, anySchema(label), details);
}

export function number(
  path: string,
  label: string,
  help: string,
  {
    min,
    max,
    whole,
    step = whole ? 1 : undefined,
    unit,
    ...details
  }: Details & NumberRange & { readonly step?: number; readonly unit?: string } = {},
): FieldDescription {
  const control: FieldControl = { type: "number", min, max, step, unit };
  return describeField(path, label, help, control, numberSchema(label, { min, max, whole }), details);
}

export function toggle(path: string, label: string, help: string, details: Details = {}): FieldDescription {
  return describeField(path, label, help, { type: "switch" }, switchSchema(label), details);
}

/** `options` maps values to labels. `old`: values that are still read, and no longer offered. */
export function choice(
  path: string,
  label: string,
  help: string,
  options: Readonly<Record<string, string>>,
  {
    old,
    anyCase,
    ...details
  }: Details & { readonly old?: readonly string[]; readonly anyCase?: boolean } = {},
): FieldDescription {
  const values = Object.keys(options);
  return describeField(
    path,
    label,
    help,
    { type: "choice", options: listOptions(options) },
    choiceSchema(label, values, { old, anyCase }),
    details,
  );
}

/** Any text may be typed; the options are suggestions. */
export function openChoice(
  path: string,
  label: string,
  help: string,
  options: Readonly<Record<string, string>>,
  details: Details = {},
): FieldDescription {
  const control: FieldControl = { type: "choice", options: listOptions(options), open: true };
  return describeField(path, label, help, control, textSchema(label, details.required), details);
}

const listOptions = (options: Readonly<Record<string, string>>) =>
  Object.entries(options).map(([value, label]) => ({ value, label }));

/** `liquid` is as in `FieldControl`. */
export function pairs(
  path: string,
  label: string,
  help: string,
  [keyLabel, valueLabel]: readonly [string, string],
  { liquid, ...details }: Details & { readonly liquid?: "templates" | "inputs" } = {},
): FieldDescription {
  const control: FieldControl = { type: "pairs", keyLabel, valueLabel, liquid };
  return describeField(path, label, help, control, pairsSchema(label), details);
}

export function texts(path: string, label: string, help: string, details: Details = {}): FieldDescription {
  return describeField(path, label, help, { type: "texts" }, textsSchema(label), details);
}

export function variable(path: string, label: string, help: string, details: Details = {}): FieldDescription {
  return describeField(path, label, help, { type: "variable" }, textSchema(label, details.required), details);
}

export function output(path: string, label: string, help: string, details: Details = {}): FieldDescription {
  return describeField(path, label, help, { type: "output" }, nameSchema(label, details.required), details);
}
