import * as z from "zod/mini";
import { isJsonObject } from "#core/json.ts";

// Every message is a whole sentence that names its field, so that it can be read away from the field too.

/**
 * A field's value, checked by `accepts`; `kind` ends the sentence “The temperature must be …”. A text that is one
 * `{{variable}}` and nothing else fits every kind: what it stands for is known only when the flow runs.
 */
function valueOf(label: string, kind: string, accepts: (value: unknown) => boolean) {
  return z.custom((value) => accepts(value) || isTemplate(value), {
    error: ({ input }) =>
      isMissing(input) ? `${label} is needed: fill it in.` : `${label} must be ${kind}.`,
  });
}

const isMissing = (value: unknown) => value === undefined || value === "";

const isTemplate = (value: unknown) => typeof value === "string" && /^\s*\{\{[^{}]*\}\}\s*$/.test(value);

const isText = (value: unknown) => typeof value === "string";

export function textSchema(label: string, required: boolean) {
  return valueOf(label, "text", (value) => isText(value) && !(required && value === ""));
}

/** Bounds are inclusive. */
export interface NumberRange {
  readonly min?: number;
  readonly max?: number;
  readonly whole?: boolean;
}

export function numberSchema(label: string, range: NumberRange) {
  const { min = -Infinity, max = Infinity, whole = false } = range;
  return valueOf(
    label,
    describeRange(range),
    (value) =>
      typeof value === "number" && value >= min && value <= max && (!whole || Number.isInteger(value)),
  );
}

function describeRange({ min, max, whole }: NumberRange): string {
  const kind = whole ? "a whole number" : "a number";
  if (min !== undefined && max !== undefined) return `${kind} from ${min} to ${max}`;
  return min === undefined ? kind : `${kind} of at least ${min}`;
}

export function switchSchema(label: string) {
  return valueOf(label, "true or false", (value) => typeof value === "boolean");
}

/** `old` values fit too, and are not offered. `anyCase`: sources differ in upper and lower case. */
export function choiceSchema(
  label: string,
  values: readonly string[],
  { old, anyCase }: { readonly old: readonly string[]; readonly anyCase: boolean },
) {
  const fold = (value: string) => (anyCase ? value.toLowerCase() : value);
  const known = new Set([...values, ...old].map(fold));
  const kind = `${values.slice(0, -1).join(", ")} or ${values.at(-1)}`;
  return valueOf(label, kind, (value) => typeof value === "string" && known.has(fold(value)));
}

export function textsSchema(label: string) {
  return valueOf(label, "a list of texts", (value) => Array.isArray(value) && value.every(isText));
}

export function pairsSchema(label: string) {
  return valueOf(
    label,
    "names with texts",
    (value) => isJsonObject(value) && Object.values(value).every(isText),
  );
}

export function objectSchema(label: string) {
  return valueOf(label, "a JSON object", isJsonObject);
}

/** The name of a variable, as later steps can spell it in `{{name.path}}`. */
export function nameSchema(label: string, required: boolean) {
  return valueOf(
    label,
    "a name without spaces, dots, quotes or brackets",
    (value) =>
      typeof value === "string" && /^[^\s.'"`()[\]{}<>]*$/.test(value) && !(required && value === ""),
  );
}
