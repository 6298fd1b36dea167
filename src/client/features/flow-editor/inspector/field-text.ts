import type { FieldControl } from "#contract/step-description.ts";
import type { JsonValue } from "#core/json.ts";
import { parseJsonText } from "#core/parse-json-text.ts";
import { formatRows, holdsRows, isPairs, parsePairRows, parseTextRows, readPairs } from "./pair-rows.ts";
import type { FieldReading } from "./step-field.ts";

// A value and the text that a person edits, for each kind of control. Reading back what was written gives the value.

/** Whether a control can show the value; what it cannot show is edited as JSON in its place. */
export function canShow(control: FieldControl, value: JsonValue | undefined): boolean {
  if (value === undefined) return true;
  switch (control.type) {
    case "json":
      return true;
    case "number":
      return typeof value === "number" || typeof value === "string";
    case "switch":
      return typeof value === "boolean";
    case "pairs":
      return isPairs(value);
    case "texts":
      return isTexts(value);
    default:
      return typeof value === "string";
  }
}

/** Whether a control can show a text that waits to be mended: rows cannot be read from just any text. */
export function canShowText(control: FieldControl, text: string): boolean {
  return (control.type !== "pairs" && control.type !== "texts") || holdsRows(text, control.type);
}

export function formatValue(control: FieldControl, value: JsonValue | undefined): string {
  if (value === undefined) return "";
  if (control.type === "pairs" && isPairs(value)) return formatRows(Object.entries(value));
  if (control.type === "texts" && isTexts(value)) return formatRows(value);
  if (control.type === "json" || typeof value === "object") return JSON.stringify(value, null, 2);
  return String(value);
}

/** An empty text is no value; a required text stays, empty, under the spelling it has. */
export function parseFieldText(control: FieldControl, text: string, required: boolean): FieldReading {
  switch (control.type) {
    case "json":
      return text.trim() === "" ? { type: "value", value: undefined } : parseJsonText(text);
    case "number":
      return parseNumber(text);
    case "switch":
      return { type: "value", value: text === "" ? undefined : text === "true" };
    case "pairs":
      return findTextFault(text) ?? readPairs(parsePairRows(text), control.keyLabel);
    case "texts": {
      const fault = findTextFault(text);
      if (fault) return fault;
      const items = parseTextRows(text).filter((item) => item !== "");
      return { type: "value", value: items.length > 0 ? items : undefined };
    }
    default:
      return parsePlainText(text, required);
  }
}

const isTexts = (value: JsonValue): value is readonly string[] =>
  Array.isArray(value) && value.every((item) => typeof item === "string");

/** Rows are JSON, so the texts in them are judged as JSON's are. */
function findTextFault(rows: string): FieldReading | undefined {
  const reading = rows === "" ? undefined : parseJsonText(rows);
  return reading?.type === "broken" ? reading : undefined;
}

function parsePlainText(text: string, required: boolean): FieldReading {
  if (text === "") return { type: "value", value: required ? "" : undefined };
  if (!/[\0\p{Surrogate}]/u.test(text)) return { type: "value", value: text };
  return {
    type: "broken",
    message: "The text holds a NUL character or half of a surrogate pair, which no store can keep.",
  };
}

/** A number as JSON can hold it, or one `{{variable}}` that stands for a number. */
function parseNumber(text: string): FieldReading {
  const typed = text.trim();
  if (typed === "") return { type: "value", value: undefined };
  if (/^\{\{[^{}]*\}\}$/.test(typed)) return { type: "value", value: typed };
  if (!/^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i.test(typed) || !Number.isFinite(Number(typed))) {
    const hint = /^[-+]?\d+,\d+$/.test(typed) ? " Write the decimals after a point." : "";
    return { type: "broken", message: `“${typed.slice(0, 40)}” is not a number.${hint}` };
  }
  const exact = parseJsonText(normalise(typed));
  return exact.type === "value" ? { type: "value", value: Number(typed) } : exact;
}

/** The same digits as JSON spells a number. */
function normalise(number: string): string {
  const [, sign = "", whole = "", fraction = "", exponent = ""] =
    /^([-+]?)(\d*)\.?(\d*)(.*)$/.exec(number) ?? [];
  const digits = whole.replace(/^0+(?=\d)/, "") || "0";
  return `${sign === "-" ? "-" : ""}${digits}${fraction === "" ? "" : `.${fraction}`}${exponent}`;
}
