import { MAX_JSON_DEPTH } from "./json-text.ts";

export interface JsonSyntaxFault {
  readonly type: "fault";
  readonly message: string;
  /** Where the fault is, in UTF-16 units from the start of the text. */
  readonly offset: number;
}

/** `end` is the offset after the value's last character. */
export type JsonScan = { readonly type: "value"; readonly end: number } | JsonSyntaxFault;

/**
 * Where the JSON value that starts at `from` ends, or what is wrong with it where: for values inside other text, and for
 * texts that `JSON.parse` refuses, since engines word and place their errors each in their own way or not at all.
 * Nesting past {@link MAX_JSON_DEPTH} is a fault too, so that what was scanned can be parsed and walked.
 */
export function scanJson(text: string, from: number): JsonScan {
  /** The brackets that will close what is open. */
  const open: string[] = [];
  let at = skipSpace(text, from);
  for (;;) {
    const first = text.charAt(at);
    if (first === "{" || first === "[") {
      const closer = first === "{" ? "}" : "]";
      open.push(closer);
      if (open.length > MAX_JSON_DEPTH) {
        return fault(text, at, `This is nested more than ${MAX_JSON_DEPTH} levels deep.`);
      }
      at = skipSpace(text, at + 1);
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
    let at = skipSpace(text, end);
    open.length > 0 && text.charAt(at) === open.at(-1);
    at = skipSpace(text, end)
  ) {
    open.pop();
    end = at + 1;
  }
  return end;
}

/** From after an item to the start of the next, or to the next value of an object. */
function scanComma(text: string, from: number, closer: string): number | JsonSyntaxFault {
  const comma = skipSpace(text, from);
  if (text.charAt(comma) !== ",") return fault(text, comma, `A comma or ${closer} is expected here.`);
  const item = skipSpace(text, comma + 1);
  if (text.charAt(item) === closer) return fault(text, comma, `There is a comma too many before ${closer}.`);
  return closer === "}" ? scanKey(text, item) : item;
}

/** From an object's key to the start of its value. */
function scanKey(text: string, at: number): number | JsonSyntaxFault {
  if (text.charAt(at) !== '"') return fault(text, at, "A name in double quotes is expected here.");
  const end = scanString(text, at);
  if (typeof end !== "number") return end;
  const colon = skipSpace(text, end);
  if (text.charAt(colon) !== ":") return fault(text, colon, "A colon is expected here, after the name.");
  return skipSpace(text, colon + 1);
}

const SCALAR = /(?:true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)(?![\w.+-])/y;

function scanScalar(text: string, at: number): number | JsonSyntaxFault {
  if (text.charAt(at) === '"') return scanString(text, at);
  SCALAR.lastIndex = at;
  if (SCALAR.test(text)) return SCALAR.lastIndex;
  const word = /^[^\s,:{}[\]]{1,20}/.exec(text.slice(at, at + 20))?.[0];
  if (word === undefined) return fault(text, at, "A value is expected here.");
  if (/^['“”‘’`]/.test(word)) return fault(text, at, "Texts are in straight double quotes.");
  if (/^(\/\/|\/\*|#)/.test(word)) return fault(text, at, "JSON has no comments.");
  return fault(text, at, `“${word}” is no JSON value.`);
}

/** A loop and no expression: those overflow the stack on texts of megabytes. */
function scanString(text: string, from: number): number | JsonSyntaxFault {
  for (let at = from + 1; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) return at + 1;
    if (code < 32)
      return fault(text, at, "A text may not go over several lines: \\n stands for a line break.");
    if (code !== BACKSLASH) continue;
    if (!/^(["\\/bfnrt]|u[\da-fA-F]{4})/.test(text.slice(at + 1, at + 6))) {
      return fault(text, at, `${text.slice(at, at + 2)} stands for nothing: a backslash is written \\\\.`);
    }
    at += 1;
  }
  return fault(text, from, "This text has no closing double quote.");
}

const QUOTE = 34;
const BACKSLASH = 92;

function fault(text: string, offset: number, message: string): JsonSyntaxFault {
  const isOver = offset >= text.length;
  return {
    type: "fault",
    message: isOver ? "The JSON ends too early: something is missing." : message,
    offset,
  };
}

/** The space that JSON allows, and no other. */
export function skipSpace(text: string, from: number): number {
  let at = from;
  while (at < text.length && " \t\n\r".includes(text.charAt(at))) at += 1;
  return at;
}
