import type { AssignmentProperty, Identifier, MemberExpression, Property } from "acorn";
import type { VariableOccurrence, TextReplacement } from "./occurrence.ts";
import { type ScriptScope, isNameDeclaredInScope } from "./script-scope.ts";
import { SCRIPT_RESERVED_WORDS, ALL_VARIABLES_OBJECTS, SCRIPT_GLOBAL_NAMES } from "./script-words.ts";
import { isIdentifierName } from "./variable-name.ts";

export interface ScriptVariableNameOccurrence {
  readonly name: string;
  readonly path: readonly string[];
  readonly from: number;
  readonly to: number;
  readonly scope: ScriptScope;
  /** The object (`input` or `variables`) that has the name as a member, if any. */
  readonly container: string | undefined;
  readonly respell: (name: string) => TextReplacement | undefined;
}

export function createIdentifierScriptName(
  node: Identifier,
  path: readonly string[],
  scope: ScriptScope,
): ScriptVariableNameOccurrence {
  const respell = (to: string) => respellBare(to, scope, node);
  return { name: node.name, path, from: node.start, to: node.end, scope, container: undefined, respell };
}

/** Renaming `{ page }` writes `{ page: body }`, because other code reads the property by its name. */
export function createShorthandScriptName(
  node: Identifier,
  scope: ScriptScope,
): ScriptVariableNameOccurrence {
  const { name } = node;
  const respell = (to: string) => respellBare(to, scope, node, `${name}: `);
  return { name, path: [], from: node.start, to: node.end, scope, container: undefined, respell };
}

/** From `input.page`, `input['page']` or `{ page: p }`. In `({ page } = input)`, also renames the target. */
export function createContainerScriptName(
  node: MemberExpression | Property | AssignmentProperty,
  path: readonly string[],
  container: string,
  scope: ScriptScope,
): ScriptVariableNameOccurrence | undefined {
  const key = node.type === "MemberExpression" ? node.property : node.key;
  const name = readStaticPropertyKey(node);
  if (name === undefined || (key.type === "Literal" && typeof key.value === "number")) return undefined;
  if (key.type !== "Identifier") {
    const [from, to] = [key.start + 1, key.end - 1];
    const respell = (text: string) => ({ from, to, text: escapeQuotes(text) });
    return { name, path, from, to, scope, container, respell };
  }
  const [from, to] = [key.start, key.end];
  const respell = (text: string): TextReplacement | undefined => {
    if (node.type === "MemberExpression") {
      if (isIdentifierName(text)) return { from, to, text };
      // The object may be in parentheses: `(input).page`.
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

export function readStaticPropertyKey(
  node: MemberExpression | Property | AssignmentProperty,
): string | undefined {
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

/** Undefined for a local or global name, or a member of a local object named `input` or `variables`. */
export function toVariableOccurrence({
  name,
  path,
  from,
  to,
  scope,
  container,
  respell,
}: ScriptVariableNameOccurrence): VariableOccurrence | undefined {
  const isRead = container === undefined ? isVariable(name, scope) : !isNameDeclaredInScope(container, scope);
  return isRead ? { name, form: "script", path, from, to, respell } : undefined;
}

function isVariable(name: string, scope: ScriptScope): boolean {
  return (
    !isNameDeclaredInScope(name, scope) &&
    !SCRIPT_GLOBAL_NAMES.has(name) &&
    !isScriptVariableContainerName(name)
  );
}

function respellBare(
  to: string,
  scope: ScriptScope,
  { start, end }: Identifier,
  before = "",
): TextReplacement | undefined {
  const text = writeVariable(to, scope);
  return text === undefined ? undefined : { from: start, to: end, text: before + text };
}

/** The plain name if it is valid and no local name hides it, otherwise a member of an object. */
function writeVariable(name: string, scope: ScriptScope): string | undefined {
  const isTaken =
    SCRIPT_RESERVED_WORDS.has(name) || SCRIPT_GLOBAL_NAMES.has(name) || isScriptVariableContainerName(name);
  if (isIdentifierName(name) && !isTaken && !isNameDeclaredInScope(name, scope)) return name;
  const container = ALL_VARIABLES_OBJECTS.find((candidate) => !isNameDeclaredInScope(candidate, scope));
  if (container === undefined) return undefined;
  return isIdentifierName(name) ? `${container}.${name}` : `${container}['${escapeQuotes(name)}']`;
}

export function isScriptVariableContainerName(name: string): boolean {
  return ALL_VARIABLES_OBJECTS.some((container) => container === name);
}

function escapeQuotes(text: string): string {
  return text.replaceAll(/[\\'"`]|\$(?=\{)/g, String.raw`\$&`).replaceAll("\n", String.raw`\n`);
}
