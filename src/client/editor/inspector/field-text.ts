import type { StepFieldControlDescription } from "#contract/step-description.ts";
import type { JsonValue } from "#core/json/json.ts";
import { parseJsonText } from "#core/json/parse-json-text.ts";
import {
  serializeFieldRows,
  isSerializedFieldRows,
  isObjectOfStrings,
  parseKeyValueRows,
  parseTextListRows,
  convertKeyValueRowsToObject,
} from "./field-rows.ts";
import type { StepFieldParseResult } from "./step-field.ts";
import { quoteValue } from "#core/text/quote-name.ts";

// Converts values to text and back, per type of control. Parsing a formatted value must return the same value.

/** Whether a control can show the value. A value that the control cannot show is edited as JSON. */
export function canFieldControlShowValue(
  control: StepFieldControlDescription,
  value: JsonValue | undefined,
): boolean {
  if (value === undefined) return true;
  switch (control.type) {
    case "json":
      return true;
    case "number":
      return typeof value === "number" || typeof value === "string";
    case "switch":
      return typeof value === "boolean";
    case "pairs":
      return isObjectOfStrings(value);
    case "texts":
      return isTexts(value);
    default:
      return typeof value === "string";
  }
}

/**
 * Whether a control can show this text, which may be invalid. A list of rows can show only a result of
 * `serializeFieldRows`.
 */
export function canFieldControlShowText(control: StepFieldControlDescription, text: string): boolean {
  return (control.type !== "pairs" && control.type !== "texts") || isSerializedFieldRows(text, control.type);
}

export function formatFieldValueForControl(
  control: StepFieldControlDescription,
  value: JsonValue | undefined,
): string {
  if (value === undefined) return "";
  if (control.type === "pairs" && isObjectOfStrings(value)) return serializeFieldRows(Object.entries(value));
  if (control.type === "texts" && isTexts(value)) return serializeFieldRows(value);
  if (control.type === "json" || typeof value === "object") return JSON.stringify(value, null, 2);
  return String(value);
}

/**
 * Parses the text of a control. An empty text is no value, except in a required text field, where it is the empty
 * string.
 */
export function parseTextOfFieldControl(
  control: StepFieldControlDescription,
  text: string,
  required: boolean,
): StepFieldParseResult {
  switch (control.type) {
    case "json":
      return text.trim() === "" ? { type: "value", value: undefined } : parseJsonText(text);
    case "number":
      return parseNumber(text);
    case "switch":
      return { type: "value", value: text === "" ? undefined : text === "true" };
    case "pairs":
      return findTextFault(text) ?? convertKeyValueRowsToObject(parseKeyValueRows(text), control.keyLabel);
    case "texts": {
      const fault = findTextFault(text);
      if (fault) return fault;
      const items = parseTextListRows(text).filter((item) => item !== "");
      return { type: "value", value: items.length > 0 ? items : undefined };
    }
    default:
      return parsePlainText(text, required);
  }
}

const isTexts = (value: JsonValue): value is readonly string[] =>
  Array.isArray(value) && value.every((item) => typeof item === "string");

/**
 * Returns an error for characters that cannot be stored. The rows are serialized as JSON, so the JSON parser finds such
 * characters.
 */
function findTextFault(rows: string): StepFieldParseResult | undefined {
  const reading = rows === "" ? undefined : parseJsonText(rows);
  return reading?.type === "broken" ? reading : undefined;
}

function parsePlainText(text: string, required: boolean): StepFieldParseResult {
  if (text === "") return { type: "value", value: required ? "" : undefined };
  if (!/[\0\p{Surrogate}]/u.test(text)) return { type: "value", value: text };
  return {
    type: "broken",
    message: "Contains an invalid character.",
  };
}

/** Accepts a number that JSON can represent exactly, or a single `{{variable}}` placeholder. */
function parseNumber(text: string): StepFieldParseResult {
  const typed = text.trim();
  if (typed === "") return { type: "value", value: undefined };
  if (/^\{\{[^{}]*\}\}$/.test(typed)) return { type: "value", value: typed };
  if (!/^[-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[-+]?\d+)?$/i.test(typed) || !Number.isFinite(Number(typed))) {
    const hint = /^[-+]?\d+,\d+$/.test(typed) ? " Use a decimal point." : "";
    return { type: "broken", message: `${quoteValue(typed)} is not a number.${hint}` };
  }
  const exact = parseJsonText(normalize(typed));
  return exact.type === "value" ? { type: "value", value: Number(typed) } : exact;
}

/**
 * Converts a typed number to JSON syntax: removes a plus sign and leading zeros, and completes numbers such as “.5” and
 * “5.”.
 */
function normalize(number: string): string {
  const [, sign = "", whole = "", fraction = "", exponent = ""] =
    /^([-+]?)(\d*)(?:\.(\d*))?([^\d.].*)?$/.exec(number) ?? [];
  const digits = whole.replace(/^0+(?=\d)/, "") || "0";
  return `${sign === "-" ? "-" : ""}${digits}${fraction === "" ? "" : `.${fraction}`}${exponent}`;
}

interface NumberSteps {
  readonly min?: number;
  readonly max?: number;
  readonly step?: number;
}

/**
 * Returns the number one step above (`direction` 1) or below (-1) the text, limited to `min` and `max`; undefined if
 * the text is not a number.
 */
export function incrementNumberText(
  text: string,
  direction: number,
  { min, max, step = 1 }: NumberSteps,
): string | undefined {
  const current = text.trim() === "" ? (min ?? 0) - direction * step : Number(text);
  if (Number.isNaN(current)) return undefined;
  const decimals = Math.max(countDecimals(step), countDecimals(current));
  const next = Math.min(Math.max(current + direction * step, min ?? -Infinity), max ?? Infinity);
  return String(Number(next.toFixed(Math.min(decimals, 20))));
}

function countDecimals(value: number): number {
  return /\.(\d+)$/.exec(String(value))?.[1]?.length ?? 0;
}
