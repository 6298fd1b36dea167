import type { AssignmentProperty, Identifier, MemberExpression, Property } from "acorn";
import type { Occurrence, Respelling } from "./occurrence.ts";
import { type Scope, isLocal } from "./script-scope.ts";
import { RESERVED_WORDS, SCRIPT_CONTAINERS, SCRIPT_GLOBALS } from "./script-words.ts";
import { isIdentifierName } from "./variable-name.ts";

/** A name that a script uses, of a variable unless something there hides it. */
export interface ScriptName {
  readonly name: string;
  readonly path: readonly string[];
  readonly from: number;
  readonly to: number;
  readonly scope: Scope;
  /** The object that it is taken from, for a name that does not stand by itself. */
  readonly container: string | undefined;
  readonly respell: (name: string) => Respelling | undefined;
}

export function readBareName(
  { name, start, end }: Identifier,
  path: readonly string[],
  scope: Scope,
): ScriptName {
  const respell = (to: string) => respellBare(to, scope, start, end);
  return { name, path, from: start, to: end, scope, container: undefined, respell };
}

/** `{ page }` becomes `{ page: body }`: the key stays, since whoever receives the object asks for it by that name. */
export function readShorthand({ name, start, end }: Identifier, scope: Scope): ScriptName {
  const respell = (to: string) => respellBare(to, scope, start, end, `${name}: `);
  return { name, path: [], from: start, to: end, scope, container: undefined, respell };
}

/**
 * The key of `input.page`, `input['page']`, or of `page: p` where `input` is taken apart; a number is no name. Where the
 * variable of that name is what `{ page }` is put into, both get the new name.
 */
export function readProperty(
  node: MemberExpression | Property | AssignmentProperty,
  path: readonly string[],
  container: string,
  scope: Scope,
): ScriptName | undefined {
  const key = node.type === "MemberExpression" ? node.property : node.key;
  const name = readKey(node);
  if (name === undefined || (key.type === "Literal" && typeof key.value === "number")) return undefined;
  if (key.type !== "Identifier") {
    const [from, to] = [key.start + 1, key.end - 1];
    const respell = (text: string) => ({ from, to, text: escapeQuotes(text) });
    return { name, path, from, to, scope, container, respell };
  }
  const [from, to] = [key.start, key.end];
  const respell = (text: string): Respelling | undefined => {
    if (node.type === "MemberExpression") {
      if (isIdentifierName(text)) return { from, to, text };
      // All of it, since brackets may be around the container: `(input).page`.
      const dot = node.optional ? "?." : "";
      return { from: node.start, to, text: `${container}${dot}['${escapeQuotes(text)}']` };
    }
    const spelled = isIdentifierName(text) ? text : `'${escapeQuotes(text)}'`;
    if (!node.shorthand) return { from, to, text: spelled };
    const target = isVariable(name, scope) ? writeVariable(text, scope) : name;
    if (target === undefined) return undefined;
    return { from, to, text: target === spelled ? spelled : `${spelled}: ${target}` };
  };
  return { name, path, from, to, scope, container, respell };
}

/** The key of a property, where it is written out: an identifier, a string or a number. */
export function readKey(node: MemberExpression | Property | AssignmentProperty): string | undefined {
  const key = node.type === "MemberExpression" ? node.property : node.key;
  if (!node.computed && key.type === "Identifier") return key.name;
  if (key.type === "Literal" && (typeof key.value === "string" || typeof key.value === "number")) {
    return String(key.value);
  }
  if (key.type === "TemplateLiteral" && key.expressions.length === 0) {
    return key.quasis[0]?.value.cooked ?? undefined;
  }
  return undefined;
}

/** Undefined for a local name, a global one, and what is taken from an object that only happens to be called `input`. */
export function toOccurrence({
  name,
  path,
  from,
  to,
  scope,
  container,
  respell,
}: ScriptName): Occurrence | undefined {
  const isRead = container === undefined ? isVariable(name, scope) : !isLocal(container, scope);
  return isRead ? { name, form: "script", path, from, to, respell } : undefined;
}

/** For a name that stands by itself. */
function isVariable(name: string, scope: Scope): boolean {
  return !isLocal(name, scope) && !SCRIPT_GLOBALS.has(name) && !isContainer(name);
}

function respellBare(
  to: string,
  scope: Scope,
  start: number,
  end: number,
  before = "",
): Respelling | undefined {
  const text = writeVariable(to, scope);
  return text === undefined ? undefined : { from: start, to: end, text: before + text };
}

/** A variable by its bare name, where that can be written and means it, else as a property of a container in sight. */
function writeVariable(name: string, scope: Scope): string | undefined {
  const isTaken = RESERVED_WORDS.has(name) || SCRIPT_GLOBALS.has(name) || isContainer(name);
  if (isIdentifierName(name) && !isTaken && !isLocal(name, scope)) return name;
  const container = SCRIPT_CONTAINERS.find((candidate) => !isLocal(candidate, scope));
  if (container === undefined) return undefined;
  return isIdentifierName(name) ? `${container}.${name}` : `${container}['${escapeQuotes(name)}']`;
}

export function isContainer(name: string): boolean {
  return SCRIPT_CONTAINERS.some((container) => container === name);
}

/** For any kind of quotes. */
function escapeQuotes(text: string): string {
  return text.replaceAll(/[\\'"`]|\$(?=\{)/g, String.raw`\$&`).replaceAll("\n", String.raw`\n`);
}
