import type { AnyNode, Pattern } from "acorn";

export interface ScriptScope {
  readonly names: Set<string>;
  readonly parent: ScriptScope | undefined;
  /** Whether the scope is that of a function, which also holds the `var` declarations of its blocks. */
  readonly isFunction: boolean;
}

export function createScriptScope(parent: ScriptScope | undefined, type: "block" | "function"): ScriptScope {
  return { names: new Set(), parent, isFunction: type === "function" };
}

/** Call it after all declarations are collected, because a name can be used before its declaration. */
export function isNameDeclaredInScope(name: string, scope: ScriptScope | undefined): boolean {
  for (let at = scope; at; at = at.parent) if (at.names.has(name)) return true;
  return false;
}

export function declareNamesInScope(pattern: Pattern, scope: ScriptScope, isVar = false): void {
  const owner = isVar ? functionScope(scope) : scope;
  for (const name of namesOf(pattern)) owner.names.add(name);
}

function functionScope(scope: ScriptScope): ScriptScope {
  let at = scope;
  while (!at.isFunction && at.parent) at = at.parent;
  return at;
}

function namesOf(pattern: Pattern): readonly string[] {
  const names: string[] = [];
  const open: AnyNode[] = [pattern];
  for (let node = open.pop(); node; node = open.pop()) {
    if (node.type === "Identifier") names.push(node.name);
    else for (const part of partsOf(node)) if (part) open.push(part);
  }
  return names;
}

function partsOf(pattern: AnyNode): readonly (AnyNode | null)[] {
  switch (pattern.type) {
    case "ArrayPattern":
      return pattern.elements;
    case "ObjectPattern":
      return pattern.properties;
    case "Property":
      return [pattern.value];
    case "AssignmentPattern":
      return [pattern.left];
    case "RestElement":
      return [pattern.argument];
    default:
      return [];
  }
}
