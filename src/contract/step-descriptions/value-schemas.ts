import * as z from "zod/mini";
// Must be the first import, because it configures zod for the content security policy.
import "#contract/json.ts";
import { isJsonObject } from "#core/json/json.ts";

// Every error message is a sentence with the label of the field, because the list of problems shows only the message.

type Accepts = (value: unknown) => boolean;

/** `kind` completes the message “Temperature must be …”. `required` rejects empty text. */
function createValueSchema(label: string, kind: string, accepts: Accepts, required = false) {
  return z.custom((value) => accepts(value) && !(required && value === ""), {
    error: ({ input }) =>
      input === undefined || (required && input === "")
        ? `${label} is required.`
        : `${label} must be ${kind}.`,
  });
}

/** Extends a check to accept a single `{{variable}}`, because the value of a variable is known only at run time. */
function orTemplate(accepts: Accepts): Accepts {
  return (value) => accepts(value) || (isText(value) && /^\s*\{\{[^{}]*\}\}\s*$/.test(value));
}

const isText = (value: unknown): value is string => typeof value === "string";

export function createTextSchema(label: string, required = false) {
  return createValueSchema(label, "text", isText, required);
}

export function createVariableNameSchema(label: string, required = false) {
  return createValueSchema(
    label,
    "a name without spaces, dots, quotes or brackets",
    (value) => isText(value) && /^[^\s.'"`()[\]{}<>]*$/.test(value),
    required,
  );
}

export interface NumberRange {
  readonly min?: number;
  readonly max?: number;
  readonly whole?: boolean;
}

export function createNumberSchema(label: string, range: NumberRange) {
  const { min = -Infinity, max = Infinity, whole = false } = range;
  const isInRange: Accepts = (value) =>
    typeof value === "number" && value >= min && value <= max && (!whole || Number.isInteger(value));
  return createValueSchema(label, describeRange(range), orTemplate(isInRange));
}

function describeRange({ min, max, whole }: NumberRange): string {
  const kind = whole ? "a whole number" : "a number";
  if (min !== undefined && max !== undefined) return `${kind} from ${min} to ${max}`;
  return min === undefined ? kind : `${kind} of at least ${min}`;
}

export function createBooleanSchema(label: string) {
  return createValueSchema(
    label,
    "true or false",
    orTemplate((value) => typeof value === "boolean"),
  );
}

/** `old` values are accepted but not listed. `anyCase`: API documents and stored flows differ in case. */
export function createChoiceSchema(
  label: string,
  values: readonly string[],
  { old = [], anyCase = false }: { readonly old?: readonly string[]; readonly anyCase?: boolean } = {},
) {
  const fold = (value: string) => (anyCase ? value.toLowerCase() : value);
  const known = new Set([...values, ...old].map(fold));
  const kind = `${values.slice(0, -1).join(", ")} or ${values.at(-1)}`;
  return createValueSchema(
    label,
    kind,
    orTemplate((value) => isText(value) && known.has(fold(value))),
  );
}

export function createTextListSchema(label: string) {
  return createValueSchema(
    label,
    "a list of texts",
    orTemplate((value) => Array.isArray(value) && value.every(isText)),
  );
}

export function createTextMapSchema(label: string) {
  return createValueSchema(
    label,
    "an object of texts",
    orTemplate((value) => isJsonObject(value) && Object.values(value).every(isText)),
  );
}

export function createObjectSchema(label: string) {
  return createValueSchema(label, "a JSON object", orTemplate(isJsonObject));
}

export function createAnyJsonSchema(label: string) {
  return createValueSchema(label, "JSON", (value) => value !== undefined);
}
