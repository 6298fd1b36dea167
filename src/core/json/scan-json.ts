import { MAX_JSON_DEPTH } from "./unstorable-json-value.ts";
import { quoteValue } from "#core/text/quote-name.ts";

export interface JsonSyntaxFault {
  readonly type: "fault";
  readonly message: string;
  readonly offset: number;
}

export type JsonScanResult = { readonly type: "value"; readonly end: number } | JsonSyntaxFault;

/** `JSON.parse` rejects text after the value, and its error messages differ between engines. */
export function scanJsonValue(text: string, from: number): JsonScanResult {
  const open: string[] = [];
  let at = skipJsonWhitespace(text, from);
  for (;;) {
    const first = text.charAt(at);
    if (first === "{" || first === "[") {
      const closer = first === "{" ? "}" : "]";
      open.push(closer);
      if (open.length > MAX_JSON_DEPTH) {
        return fault(text, at, `Nested more than ${MAX_JSON_DEPTH} levels deep.`);
      }
      at = skipJsonWhitespace(text, at + 1);
      if (text.charAt(at) !== closer) {
        const item = closer === "}" ? scanKey(text, at) : at;
        if (typeof item !== "number") return item;
        at = item;
        continue;
      }
    } else {
      const end = scanScalar(text, at);
      if (typeof end !== "number") return end;
      at = end;
    }
    const end = closeBrackets(text, at, open);
    const closer = open.at(-1);
    if (closer === undefined) return { type: "value", end };
    const next = scanComma(text, end, closer);
    if (typeof next !== "number") return next;
    at = next;
  }
}

function closeBrackets(text: string, from: number, open: string[]): number {
  let end = from;
  for (
    let at = skipJsonWhitespace(text, end);
    open.length > 0 && text.charAt(at) === open.at(-1);
    at = skipJsonWhitespace(text, end)
  ) {
    open.pop();
    end = at + 1;
  }
  return end;
}

function scanComma(text: string, from: number, closer: string): number | JsonSyntaxFault {
  const comma = skipJsonWhitespace(text, from);
  if (text.charAt(comma) !== ",") return fault(text, comma, `Expected a comma or ${closer}.`);
  const item = skipJsonWhitespace(text, comma + 1);
  if (text.charAt(item) === closer) return fault(text, comma, `Remove the comma before ${closer}.`);
  return closer === "}" ? scanKey(text, item) : item;
}

function scanKey(text: string, at: number): number | JsonSyntaxFault {
  if (text.charAt(at) !== '"') return fault(text, at, "Expected a name in double quotes.");
  const end = scanString(text, at);
  if (typeof end !== "number") return end;
  const colon = skipJsonWhitespace(text, end);
  if (text.charAt(colon) !== ":") return fault(text, colon, "Expected a colon after the name.");
  return skipJsonWhitespace(text, colon + 1);
}

const SCALAR = /(?:true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)(?![\w.+-])/y;

function scanScalar(text: string, at: number): number | JsonSyntaxFault {
  if (text.charAt(at) === '"') return scanString(text, at);
  SCALAR.lastIndex = at;
  if (SCALAR.test(text)) return SCALAR.lastIndex;
  const word = /^[^\s,:{}[\]]{1,20}/.exec(text.slice(at, at + 20))?.[0];
  if (word === undefined) return fault(text, at, "Expected a value.");
  if (/^['“”‘’`]/.test(word)) return fault(text, at, "Use straight double quotes.");
  if (/^(\/\/|\/\*|#)/.test(word)) return fault(text, at, "Comments are not allowed in JSON.");
  return fault(text, at, `${quoteValue(word)} is not a JSON value.`);
}

/** A loop, because a regular expression overflows the stack on megabytes of text. */
function scanString(text: string, from: number): number | JsonSyntaxFault {
  for (let at = from + 1; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) return at + 1;
    if (code < 32) return fault(text, at, "A string can’t span lines. Write a line break as \\n.");
    if (code !== BACKSLASH) continue;
    if (!/^(["\\/bfnrt]|u[\da-fA-F]{4})/.test(text.slice(at + 1, at + 6))) {
      return fault(text, at, `Invalid escape ${text.slice(at, at + 2)}. Write a backslash as \\\\.`);
    }
    at += 1;
  }
  return fault(text, from, "Missing closing double quote.");
}

const QUOTE = 34;
const BACKSLASH = 92;

function fault(text: string, offset: number, message: string): JsonSyntaxFault {
  const isOver = offset >= text.length;
  return {
    type: "fault",
    message: isOver ? "Unexpected end of JSON." : message,
    offset,
  };
}

/** Skips JSON white space, which includes fewer characters than `\s`. */
export function skipJsonWhitespace(text: string, from: number): number {
  let at = from;
  while (at < text.length && " \t\n\r".includes(text.charAt(at))) at += 1;
  return at;
}
