import type { AnyNode, Pattern } from "acorn";

/** The names that one block, function or class declares, and the scope around it. */
export interface Scope {
  readonly names: Set<string>;
  readonly parent: Scope | undefined;
  /** Holds `var` declarations of the blocks inside it. */
  readonly isFunction: boolean;
}

export function openScope(parent: Scope | undefined, type: "block" | "function"): Scope {
  return { names: new Set(), parent, isFunction: type === "function" };
}

/** Right only when all declarations are known, since a name can be used before the line that declares it. */
export function isLocal(name: string, scope: Scope | undefined): boolean {
  for (let at = scope; at; at = at.parent) if (at.names.has(name)) return true;
  return false;
}

/** Adds all names of a pattern such as `{ a, b: [c = 1] }`. */
export function declare(pattern: Pattern, scope: Scope, isVar = false): void {
  const owner = isVar ? functionScope(scope) : scope;
  for (const name of namesOf(pattern)) owner.names.add(name);
}

function functionScope(scope: Scope): Scope {
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
