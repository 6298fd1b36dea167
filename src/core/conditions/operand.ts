import {
  SCRIPT_GLOBAL_NAMES,
  ALL_VARIABLES_OBJECTS,
  SCRIPT_RESERVED_WORDS,
} from "#core/references/script-words.ts";
import { isIdentifierName } from "#core/references/variable-name.ts";
import { parseScriptString, quoteScriptString } from "./script-string.ts";

const TEMPLATE = /\{\{[^{}]*\}\}/y;
const NAME = /[\p{ID_Start}$_][\p{ID_Continue}$]*/uy;
const NAMED_MEMBER = /\??\.([\p{ID_Start}$_][\p{ID_Continue}$]*)/uy;
const KEYED_MEMBER = /(?:\?\.)?\[(0|[1-9]\d*|'(?:[^'\\\n\r]|\\.)*'|"(?:[^"\\\n\r]|\\.)*")\]/y;

export interface ScannedOperand {
  readonly to: number;
  /** The name of the variable and of the members; empty for a template. */
  readonly keys: readonly string[];
}

/** Such as `{{page}}` or `rows[0].name`, without a called member such as `.includes(`. Undefined for none. */
export function scanOperand(text: string, from: number): ScannedOperand | undefined {
  const template = matchAt(TEMPLATE, text, from);
  if (template) return { to: from + template[0].length, keys: [] };
  const name = matchAt(NAME, text, from)?.[0];
  if (name === undefined) return undefined;
  const keys = [name];
  let to = from + name.length;
  for (;;) {
    const member = matchAt(NAMED_MEMBER, text, to) ?? matchAt(KEYED_MEMBER, text, to);
    const [whole = "", key = ""] = member ?? [];
    if (!member || text.charAt(to + whole.length) === "(") return { to, keys };
    keys.push(parseScriptString(key) ?? key);
    to += whole.length;
  }
}

function matchAt(pattern: RegExp, text: string, from: number): RegExpExecArray | undefined {
  pattern.lastIndex = from;
  return pattern.exec(text) ?? undefined;
}

/** Whether the operand is a template or a variable of the flow, not a word or an object of JavaScript. */
export function isFlowVariable({ keys: [root = ""] }: ScannedOperand): boolean {
  return !SCRIPT_RESERVED_WORDS.has(root) && !SCRIPT_GLOBAL_NAMES.has(root);
}

/** Converts the name of a variable as a user types it, such as `order.Total price`, to JavaScript. */
export function formatOperand(typed: string): string {
  if (typed === "") return "";
  const operand = scanOperand(typed, 0);
  if (operand?.to === typed.length && isFlowVariable(operand)) return typed;
  const [root = "", ...members] = typed.split(".");
  const isContainer = members.length > 0 && isContainerName(root);
  const start = isPlainName(root) || isContainer ? root : `variables${formatMember(root)}`;
  return start + members.map(formatMember).join("");
}

/** An unset bare name throws, an unset member of `variables` is undefined. */
export function formatOptionalOperand(source: string): string {
  const operand = scanOperand(source, 0);
  const [root = "", ...members] = operand?.keys ?? [];
  if (root === "" || operand?.to !== source.length) return source;
  const [first, ...deeper] = isContainerName(root) ? members : [root, ...members];
  const container = isContainerName(root) ? root : "variables";
  if (first === undefined) return container;
  return container + formatMember(first) + deeper.map(formatOptionalMember).join("");
}

/** Reverses {@link formatOptionalOperand}. */
export function parseOptionalOperand(source: string): string {
  const [root = "", first, ...deeper] = scanOperand(source, 0)?.keys ?? [];
  if (first === undefined || !isContainerName(root)) return source;
  const isBare = root === "variables" && isPlainName(first) && !isContainerName(first);
  return (isBare ? first : root + formatMember(first)) + deeper.map(formatMember).join("");
}

function isContainerName(root: string): boolean {
  return ALL_VARIABLES_OBJECTS.some((name) => name === root);
}

function isPlainName(root: string): boolean {
  return isIdentifierName(root) && isFlowVariable({ to: 0, keys: [root] });
}

function formatOptionalMember(key: string): string {
  const member = formatMember(key);
  return member.startsWith("[") ? `?.${member}` : `?${member}`;
}

function formatMember(key: string): string {
  if (isIdentifierName(key)) return `.${key}`;
  return /^(?:0|[1-9]\d*)$/.test(key) ? `[${key}]` : `[${quoteScriptString(key)}]`;
}

/** Converts JavaScript to the name that a user types, if {@link formatOperand} restores exactly the same code. */
export function describeOperand(source: string): string {
  const keys = scanOperand(source, 0)?.keys ?? [];
  const names = [keys.slice(1), keys].map((path) => path.join("."));
  return names.find((name) => name !== "" && formatOperand(name) === source) ?? source;
}
