import {
  ABSENCE_COMPARISONS,
  type ConditionComparison,
  type ConditionJoin,
  type ConditionRow,
  type ConditionValue,
} from "./condition.ts";
import { isFlowVariable, parseOptionalOperand, scanOperand } from "./operand.ts";
import { parseScriptString } from "./script-string.ts";

export interface TextPlace {
  readonly from: number;
  readonly to: number;
}

export interface PlacedConditionRow extends ConditionRow {
  /** With the parentheses around the row, if any. */
  readonly outer: TextPlace;
  readonly inner: TextPlace;
  readonly fieldPlace: TextPlace;
  readonly valuePlace?: TextPlace;
}

export interface Condition {
  readonly join: ConditionJoin;
  readonly rows: readonly PlacedConditionRow[];
  /** The operators between the rows. */
  readonly joints: readonly TextPlace[];
}

/** A longer condition is rare, and is parsed at every keystroke. */
const MAX_LENGTH = 2000;

const SPACE = /\s*/y;
const JOINT = /&&|\|\|/y;
const OPEN = /\(/y;
const CLOSE = /\)/y;
const NOT = /!(?!=)/y;
const OPERATOR = /[!=]==?|[<>]=?/y;
const METHOD = /(\??\.)(includes|startsWith|endsWith)\(/y;
const EMPTY_DEFAULT = /\?\?\s*(?:''|"")\)\.length\s*([!=]==)\s*0(?![\w.])/y;
const STRING = /'(?:[^'\\\n\r]|\\.)*'|"(?:[^"\\\n\r]|\\.)*"/y;
const NUMBER = /-?(?:(?:0|[1-9]\d*)(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?(?![\w$.])/y;

const COMPARISONS: Readonly<Record<string, ConditionComparison>> = {
  "===": "is",
  "==": "is",
  "!==": "isNot",
  "!=": "isNot",
  ">": "greater",
  ">=": "atLeast",
  "<": "less",
  "<=": "atMost",
  includes: "contains",
  startsWith: "startsWith",
  endsWith: "endsWith",
};

/** Comparisons joined by only `&&` or `||`, also incomplete ones. Undefined for any other expression. */
export function parseCondition(text: string): Condition | undefined {
  if (text.length > MAX_LENGTH) return undefined;
  if (text.trim() === "") return { join: "all", rows: [], joints: [] };
  const reader = new ConditionReader(text);
  const rows: PlacedConditionRow[] = [];
  const joints: TextPlace[] = [];
  for (;;) {
    const row = reader.readRow();
    if (!row) return undefined;
    rows.push(row);
    const joint = reader.takeAfterSpace(JOINT);
    if (joint === undefined) break;
    joints.push({ from: reader.at - joint.length, to: reader.at });
  }
  if (!reader.isAtEnd()) return undefined;
  const operators = new Set(joints.map(({ from, to }) => text.slice(from, to)));
  if (operators.size > 1) return undefined;
  return { join: operators.has("||") ? "any" : "all", rows, joints };
}

/** Whether a text is a number that a condition can hold without rounding it. */
export function isConditionNumber(text: string): boolean {
  NUMBER.lastIndex = 0;
  return NUMBER.test(text) && NUMBER.lastIndex === text.length && isExactNumber(text);
}

function isExactNumber(text: string): boolean {
  const value = Number(text);
  if (/^-?\d+$/.test(text)) return Number.isSafeInteger(value);
  const digits = text.replace(/e.*/i, "").replaceAll(/[-.]/g, "").replace(/^0+/, "");
  return Number.isFinite(value) && digits.length <= 15 && (value !== 0 || digits === "");
}

class ConditionReader {
  at = 0;
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  isAtEnd(): boolean {
    this.#match(SPACE);
    return this.at === this.#text.length;
  }

  takeAfterSpace(pattern: RegExp): string | undefined {
    const from = this.at;
    this.#match(SPACE);
    const found = this.#match(pattern);
    if (!found) this.at = from;
    return found?.[0];
  }

  readRow(): PlacedConditionRow | undefined {
    this.#match(SPACE);
    const from = this.at;
    const row = this.#readEmptiness() ?? this.#readInParentheses() ?? this.#readComparison();
    return row && { ...row, outer: { from, to: this.at } };
  }

  #match(pattern: RegExp): RegExpExecArray | undefined {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.#text) ?? undefined;
    if (found) this.at = pattern.lastIndex;
    return found;
  }

  #readInParentheses(): PlacedConditionRow | undefined {
    const from = this.at;
    if (!this.#match(OPEN)) return undefined;
    const row = this.readRow();
    if (row && this.takeAfterSpace(CLOSE) !== undefined) return row;
    this.at = from;
    return undefined;
  }

  /** Reads `(x ?? '').length === 0`, which is also true for a variable that is not set. */
  #readEmptiness(): PlacedConditionRow | undefined {
    const from = this.at;
    const field = this.#match(OPEN) && this.#readOperand();
    this.#match(SPACE);
    const operator = field && this.#match(EMPTY_DEFAULT)?.[1];
    if (!field || operator === undefined) {
      this.at = from;
      return undefined;
    }
    return this.#place(from, field, { comparison: operator === "===" ? "isEmpty" : "isNotEmpty" });
  }

  #readComparison(): PlacedConditionRow | undefined {
    const from = this.at;
    const isNegated = this.#match(NOT) !== undefined;
    const field = this.#readOperand();
    if (!field) return undefined;
    const method = this.#match(METHOD);
    if (method) return this.#readArgument(from, field, method, isNegated);
    if (isNegated) return this.#place(from, field, { comparison: "falsy" });
    const operator = this.takeAfterSpace(OPERATOR);
    if (operator === undefined) return this.#place(from, field, { comparison: "truthy" });
    const value = this.#readValue();
    if (!value) return undefined;
    const { type } = value.value;
    if (operator === "===" && (type === "true" || type === "false")) {
      return this.#place(from, field, { comparison: type === "true" ? "isTrue" : "isFalse" });
    }
    if (operator.length === 2 && type === "null" && /[!=]/.test(operator.charAt(0))) {
      return this.#place(from, field, { comparison: operator === "!=" ? "exists" : "notExists" });
    }
    const isLoose = operator === "==" || operator === "!=";
    const comparison = COMPARISONS[operator];
    return comparison && this.#place(from, field, { comparison, ...(isLoose && { operator }), ...value });
  }

  #readArgument(
    from: number,
    field: TextPlace,
    [, dot, name = ""]: RegExpExecArray,
    isNegated: boolean,
  ): PlacedConditionRow | undefined {
    const comparison = isNegated ? (name === "includes" ? "notContains" : undefined) : COMPARISONS[name];
    const value = this.#readValue();
    if (!comparison || !value || this.takeAfterSpace(CLOSE) === undefined) return undefined;
    return this.#place(from, field, { comparison, ...(dot === "?." && { operator: dot }), ...value });
  }

  #place(
    from: number,
    field: TextPlace,
    row: Pick<PlacedConditionRow, "comparison" | "operator" | "value" | "valuePlace">,
  ): PlacedConditionRow {
    const place = { from, to: this.at };
    const source = this.#text.slice(field.from, field.to);
    return {
      ...row,
      field: ABSENCE_COMPARISONS.has(row.comparison) ? parseOptionalOperand(source) : source,
      fieldPlace: field,
      inner: place,
      outer: place,
    };
  }

  /** Returns an empty place if there is no operand here, and undefined for a word of JavaScript. */
  #readOperand(): TextPlace | undefined {
    const from = this.at;
    const operand = scanOperand(this.#text, from);
    if (operand && !isFlowVariable(operand)) return undefined;
    this.at = operand?.to ?? from;
    return { from, to: this.at };
  }

  #readValue(): { readonly value: ConditionValue; readonly valuePlace: TextPlace } | undefined {
    const start = this.at;
    this.#match(SPACE);
    const from = this.at;
    const value = this.#readLiteral();
    if (value?.type === "missing") this.at = start;
    return value && { value, valuePlace: { from, to: this.at } };
  }

  #readLiteral(): ConditionValue | undefined {
    const string = this.#match(STRING)?.[0];
    if (string !== undefined) {
      const text = parseScriptString(string);
      return text === undefined ? undefined : { type: "text", text };
    }
    const number = this.#match(NUMBER)?.[0];
    if (number !== undefined) return { type: "number", text: number };
    const operand = scanOperand(this.#text, this.at);
    if (!operand) return { type: "missing", text: "" };
    const source = this.#text.slice(this.at, operand.to);
    this.at = operand.to;
    if (source === "true" || source === "false" || source === "null") return { type: source, text: "" };
    return isFlowVariable(operand) ? { type: "variable", text: source } : undefined;
  }
}
