import * as z from "zod/mini";
// First: it sets zod up for the content security policy.
import "#contract/json.ts";
import { isJsonObject } from "#core/json.ts";

// Every message is a whole sentence that names its field, so that it can be read away from the field too.

type Accepts = (value: unknown) => boolean;

/** `kind` ends the sentence “Temperature must be …”. `required` refuses an empty text. */
function valueOf(label: string, kind: string, accepts: Accepts, required = false) {
  return z.custom((value) => accepts(value) && !(required && value === ""), {
    error: ({ input }) =>
      input === undefined || (required && input === "")
        ? `${label} is needed: fill it in.`
        : `${label} must be ${kind}.`,
  });
}

/** A text that is one `{{variable}}` fits every kind: what it stands for is known only when the flow runs. */
function orTemplate(accepts: Accepts): Accepts {
  return (value) => accepts(value) || (isText(value) && /^\s*\{\{[^{}]*\}\}\s*$/.test(value));
}

const isText = (value: unknown): value is string => typeof value === "string";

export function textSchema(label: string, required = false) {
  return valueOf(label, "text", isText, required);
}

/** The name of a variable, as later steps can spell it in `{{name.path}}`. */
export function nameSchema(label: string, required = false) {
  return valueOf(
    label,
    "a name without spaces, dots, quotes or brackets",
    (value) => isText(value) && /^[^\s.'"`()[\]{}<>]*$/.test(value),
    required,
  );
}

/** Bounds are inclusive. */
export interface NumberRange {
  readonly min?: number;
  readonly max?: number;
  readonly whole?: boolean;
}

export function numberSchema(label: string, range: NumberRange) {
  const { min = -Infinity, max = Infinity, whole = false } = range;
  const isInRange: Accepts = (value) =>
    typeof value === "number" && value >= min && value <= max && (!whole || Number.isInteger(value));
  return valueOf(label, describeRange(range), orTemplate(isInRange));
}

function describeRange({ min, max, whole }: NumberRange): string {
  const kind = whole ? "a whole number" : "a number";
  if (min !== undefined && max !== undefined) return `${kind} from ${min} to ${max}`;
  return min === undefined ? kind : `${kind} of at least ${min}`;
}

export function switchSchema(label: string) {
  return valueOf(
    label,
    "true or false",
    orTemplate((value) => typeof value === "boolean"),
  );
}

/** `old` values fit too, and are not offered. `anyCase`: sources differ in upper and lower case. */
export function choiceSchema(
  label: string,
  values: readonly string[],
  { old = [], anyCase = false }: { readonly old?: readonly string[]; readonly anyCase?: boolean } = {},
) {
  const fold = (value: string) => (anyCase ? value.toLowerCase() : value);
  const known = new Set([...values, ...old].map(fold));
  const kind = `${values.slice(0, -1).join(", ")} or ${values.at(-1)}`;
  return valueOf(
    label,
    kind,
    orTemplate((value) => isText(value) && known.has(fold(value))),
  );
}

export function textsSchema(label: string) {
  return valueOf(
    label,
    "a list of texts",
    orTemplate((value) => Array.isArray(value) && value.every(isText)),
  );
}

export function pairsSchema(label: string) {
  return valueOf(
    label,
    "an object of texts",
    orTemplate((value) => isJsonObject(value) && Object.values(value).every(isText)),
  );
}

export function objectSchema(label: string) {
  return valueOf(label, "a JSON object", orTemplate(isJsonObject));
}

export function anySchema(label: string) {
  return valueOf(label, "JSON", (value) => value !== undefined);
}
