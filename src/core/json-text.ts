import { type JsonPath, type JsonValue, isJsonObject } from "./json.ts";

export interface JsonFault {
  readonly code: "NUMBER_CHANGES" | "INVALID_TEXT" | "TOO_DEEP";
  readonly message: string;
  readonly path: JsonPath;
}

/** Levels of arrays and objects; far above what ten nested conditionals need, far below what a call stack holds. */
export const MAX_JSON_DEPTH = 100;

/**
 * What would not survive being stored as the parsed JSON: a number whose value `JSON.parse` changes, a NUL or a lone
 * surrogate in a string or key (no store keeps them), nesting past {@link MAX_JSON_DEPTH}. `text` must already be
 * known to parse to `value`.
 */
export function findJsonFault(text: string, value: JsonValue): JsonFault | undefined {
  return findValueFault(value) ?? findNumberFault(text, value);
}

/** `JSON.parse` made other numbers of this text than it holds: what is written of `value` would not be the same. */
export function changesNumbers(text: string, value: JsonValue): boolean {
  return findNumberFault(text, value) !== undefined;
}

function findValueFault(root: JsonValue): JsonFault | undefined {
  const open: { value: JsonValue; path: JsonPath }[] = [{ value: root, path: [] }];
  for (let entry = open.pop(); entry !== undefined; entry = open.pop()) {
    const { value, path } = entry;
    if (typeof value === "string" && isBadText(value)) return badText(path);
    if (typeof value !== "object" || value === null) continue;
    if (path.length >= MAX_JSON_DEPTH) {
      const message = `The body is nested more than ${MAX_JSON_DEPTH} levels deep.`;
      return { code: "TOO_DEEP", message, path: path.slice(0, 8) };
    }
    if (isJsonObject(value)) {
      for (const key of Object.keys(value)) {
        if (isBadText(key)) return badText(path);
        const item = value[key];
        if (isLeafToCheck(item)) open.push({ value: item, path: [...path, key] });
      }
    } else {
      value.forEach((item, index) => {
        if (isLeafToCheck(item)) open.push({ value: item, path: [...path, index] });
      });
    }
  }
  return undefined;
}

function isLeafToCheck(value: JsonValue | undefined): value is JsonValue {
  return typeof value === "string" ? isBadText(value) : typeof value === "object" && value !== null;
}

function isBadText(text: string): boolean {
  return text.includes("\0") || /\p{Surrogate}/u.test(text);
}

function badText(path: JsonPath): JsonFault {
  const message = "A text holds a NUL character or half of a surrogate pair, which no store can keep.";
  return { code: "INVALID_TEXT", message, path };
}

function findNumberFault(text: string, value: JsonValue): JsonFault | undefined {
  for (const literal of longNumbers(text)) {
    if (decimal(literal) === decimal(String(Number(literal)))) continue;
    const message = `The number ${literal.slice(0, 40)} cannot be kept exactly; send it as a string.`;
    return { code: "NUMBER_CHANGES", message, path: findNumber(value, Number(literal)) ?? [] };
  }
  return undefined;
}

/** Number literals that may not survive: up to 15 digits without an exponent always do. Strings are skipped. */
function* longNumbers(text: string): Generator<string> {
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === 34) {
      at = endOfString(text, at);
    } else if (code === 45 || (code >= 48 && code <= 57)) {
      const start = at;
      while (/[-+.\deE]/.test(text.charAt(at + 1))) at += 1;
      const literal = text.slice(start, at + 1);
      if (literal.length > 15 || /e/i.test(literal)) yield literal;
    }
  }
}

/** Where the string that starts at `start` is closed, in a text that is known to parse. */
export function endOfString(text: string, start: number): number {
  let at = text.indexOf('"', start + 1);
  while (at >= 0 && isEscaped(text, at)) at = text.indexOf('"', at + 1);
  return at < 0 ? text.length : at;
}

/** After an odd number of backslashes; those stand in the same string, since none stands outside of one. */
function isEscaped(text: string, at: number): boolean {
  let before = at;
  while (text.charCodeAt(before - 1) === 92) before -= 1;
  return (at - before) % 2 === 1;
}

/** The literal's value as `digits e exponent` without leading or trailing zeros; not a number stays as it is. */
function decimal(literal: string): string {
  const match = /^-?(\d+)(?:\.(\d+))?(?:e([+-]?\d+))?$/i.exec(literal);
  if (!match) return literal;
  const [, whole = "", fraction = "", exponent = "0"] = match;
  const digits = (whole + fraction).replace(/^0+/, "");
  // Counted by hand: /0+$/ tries every run of zeros inside a long literal again from each of its digits.
  let end = digits.length;
  while (digits.charCodeAt(end - 1) === 48) end -= 1;
  const significant = digits.slice(0, end);
  if (significant === "") return "0";
  return `${literal.startsWith("-") ? "-" : ""}${significant}e${Number(exponent) - fraction.length + digits.length - significant.length}`;
}

function findNumber(value: JsonValue, wanted: number): JsonPath | undefined {
  if (value === wanted) return [];
  if (typeof value !== "object" || value === null) return undefined;
  const entries: [string | number, JsonValue][] = isJsonObject(value)
    ? Object.entries(value)
    : value.map((item, index) => [index, item]);
  for (const [key, item] of entries) {
    const path = findNumber(item, wanted);
    if (path) return [key, ...path];
  }
  return undefined;
}
