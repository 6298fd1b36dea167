import { type JsonObject, type JsonPath, type JsonValue, isJsonObject } from "./json.ts";

export interface UnstorableJsonFault {
  readonly code: "NUMBER_CHANGES" | "INVALID_TEXT" | "TOO_DEEP";
  readonly message: string;
  readonly path: JsonPath;
}

/** Far above the deepest valid flow, and far below what the call stack allows. */
export const MAX_JSON_DEPTH = 100;

/** A rounded number, NUL, a lone surrogate, or too deep nesting. `text` must parse to `value`. */
export function findUnstorableJsonValue(text: string, value: JsonValue): UnstorableJsonFault | undefined {
  return findValueFault(value) ?? findNumberFault(text, value);
}

export function hasInexactNumbers(text: string, value: JsonValue): boolean {
  return findNumberFault(text, value) !== undefined;
}

/** Links a value to its parent. The path of a value is built from these links only when an error is reported. */
interface Place {
  readonly value: JsonObject | readonly JsonValue[];
  readonly around: Place | undefined;
  readonly key: string | number;
  readonly depth: number;
}

function findValueFault(root: JsonValue): UnstorableJsonFault | undefined {
  if (typeof root === "string") return isBadText(root) ? badText([]) : undefined;
  if (typeof root !== "object" || root === null) return undefined;
  const open: Place[] = [{ value: root, around: undefined, key: "", depth: 0 }];
  for (let place = open.pop(); place !== undefined; place = open.pop()) {
    const { value, depth } = place;
    if (depth >= MAX_JSON_DEPTH) {
      const message = `The body is nested more than ${MAX_JSON_DEPTH} levels deep.`;
      return { code: "TOO_DEEP", message, path: pathOf(place).slice(0, 8) };
    }
    const isList = Array.isArray(value);
    const keys = isList ? undefined : Object.keys(value);
    const count = keys?.length ?? (value as readonly JsonValue[]).length;
    for (let index = 0; index < count; index += 1) {
      const key = keys?.[index] ?? index;
      if (typeof key === "string" && isBadText(key)) return badText(pathOf(place));
      const item = (value as Readonly<Record<string | number, JsonValue>>)[key];
      if (typeof item === "string") {
        if (isBadText(item)) return badText([...pathOf(place), key]);
      } else if (typeof item === "object" && item !== null) {
        open.push({ value: item, around: place, key, depth: depth + 1 });
      }
    }
  }
  return undefined;
}

function pathOf(place: Place): JsonPath {
  const path: (string | number)[] = [];
  for (let at = place; at.around !== undefined; at = at.around) path.push(at.key);
  return path.toReversed();
}

function isBadText(text: string): boolean {
  return text.includes("\0") || /\p{Surrogate}/u.test(text);
}

function badText(path: JsonPath): UnstorableJsonFault {
  const message = "A text contains an invalid character (NUL or an unpaired surrogate).";
  return { code: "INVALID_TEXT", message, path };
}

function findNumberFault(text: string, value: JsonValue): UnstorableJsonFault | undefined {
  if (!MAY_HAVE_LONG_NUMBER.test(text)) return undefined;
  for (const literal of longNumbers(text)) {
    if (decimal(literal) === decimal(String(Number(literal)))) continue;
    const message = `The number ${literal.slice(0, 40)} is too precise to store. Send it as a string.`;
    return { code: "NUMBER_CHANGES", message, path: findNumber(value, Number(literal)) ?? [] };
  }
  return undefined;
}

/** Also matches in strings, but saves most texts the search by character. */
const MAY_HAVE_LONG_NUMBER = /(?:^|[[:,\s])-?(?:\d[\d.]*[eE]|[\d.]{15})/;

/** Numbers with an exponent or at least 16 characters, outside strings, which `JSON.parse` may round. */
function* longNumbers(text: string): Generator<string> {
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === 34) {
      at = findJsonStringEnd(text, at);
    } else if (code === 45 || isDigit(code)) {
      const start = at;
      let hasExponent = false;
      for (let next = text.charCodeAt(at + 1); isNumberCharacter(next); next = text.charCodeAt(at + 1)) {
        hasExponent ||= isExponent(next);
        at += 1;
      }
      if (hasExponent || at - start >= 15) yield text.slice(start, at + 1);
    }
  }
}

const isDigit = (code: number) => code >= 48 && code <= 57;
const isExponent = (code: number) => code === 69 || code === 101;
/** Avoids a regular expression for speed, because a body can contain a million numbers. */
const isNumberCharacter = (code: number) =>
  isDigit(code) || isExponent(code) || code === 43 || code === 45 || code === 46;

/** Returns the offset of the closing quote of the string that starts at `start`, in valid JSON. */
export function findJsonStringEnd(text: string, start: number): number {
  let at = text.indexOf('"', start + 1);
  while (at >= 0 && isEscaped(text, at)) at = text.indexOf('"', at + 1);
  return at < 0 ? text.length : at;
}

function isEscaped(text: string, at: number): boolean {
  let before = at;
  while (text.charCodeAt(before - 1) === 92) before -= 1;
  return (at - before) % 2 === 1;
}

/** Equal numbers get equal texts: digits, `e` and exponent. Returns other texts unchanged. */
function decimal(literal: string): string {
  const match = /^-?(\d+)(?:\.(\d+))?(?:e([+-]?\d+))?$/i.exec(literal);
  if (!match) return literal;
  const [, whole = "", fraction = "", exponent = "0"] = match;
  const digits = (whole + fraction).replace(/^0+/, "");
  // Uses a loop, because /0+$/ takes quadratic time for long runs of zeros.
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
