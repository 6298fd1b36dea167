import type {
  AnyNode,
  Expression,
  Identifier,
  MemberExpression,
  ObjectPattern,
  Pattern,
  Property,
  Super,
} from "acorn";
import type { VariableOccurrence } from "./occurrence.ts";
import {
  type ScriptVariableNameOccurrence,
  isScriptVariableContainerName,
  createIdentifierScriptName,
  readStaticPropertyKey,
  createContainerScriptName,
  createShorthandScriptName,
  toVariableOccurrence,
} from "./script-name.ts";
import {
  type ScriptScope,
  declareNamesInScope,
  isNameDeclaredInScope,
  createScriptScope,
} from "./script-scope.ts";
import type { ParseTimeLimit } from "./time-limit.ts";

/** In text order. `readsAll`: it uses `input` or `variables` as a whole or with a computed key. */
export function findScriptVariables(
  root: AnyNode,
  limit: ParseTimeLimit,
): { readonly occurrences: readonly VariableOccurrence[]; readonly readsAll: boolean } {
  const walk = new ScriptWalk(limit);
  walk.visit(root, createScriptScope(undefined, "function"));
  walk.run();
  const byPlace = new Map<number, VariableOccurrence>();
  for (const name of walk.names) {
    const occurrence = toVariableOccurrence(name);
    // In `({ page } = input)`, the name is read and assigned at one place: only the first counts.
    if (occurrence && !byPlace.has(occurrence.from)) byPlace.set(occurrence.from, occurrence);
  }
  const readsAll = walk.whole.some(({ name, scope }) => !isNameDeclaredInScope(name, scope));
  return { occurrences: [...byPlace.values()].toSorted((a, b) => a.from - b.from), readsAll };
}

/** Without recursion, because code can be deeply nested. Resolves local names at the end. */
class ScriptWalk {
  readonly names: ScriptVariableNameOccurrence[] = [];
  /** `eval`, or `input` or `variables` as a whole, with its scope: a local variable does not count. */
  readonly whole: { readonly name: string; readonly scope: ScriptScope }[] = [];
  readonly #open: (readonly [AnyNode, ScriptScope])[] = [];
  readonly #limit: ParseTimeLimit;

  constructor(limit: ParseTimeLimit) {
    this.#limit = limit;
  }

  visit(node: AnyNode | null | undefined, scope: ScriptScope): void {
    if (node) this.#open.push([node, scope]);
  }

  run(): void {
    for (let next = this.#open.pop(); next; next = this.#open.pop()) {
      this.#limit.check();
      this.#read(...next);
    }
  }

  #addWhole({ name }: Identifier, scope: ScriptScope): void {
    if (isScriptVariableContainerName(name) || name === "eval") this.whole.push({ name, scope });
  }

  #add(name: ScriptVariableNameOccurrence | undefined): void {
    if (name) this.names.push(name);
  }

  #visitAll(nodes: readonly (AnyNode | null | undefined)[], scope: ScriptScope): void {
    for (const node of nodes) this.visit(node, scope);
  }

  #read(node: AnyNode, scope: ScriptScope): void {
    switch (node.type) {
      case "Identifier":
        this.#add(createIdentifierScriptName(node, [], scope));
        this.#addWhole(node, scope);
        return;
      case "MemberExpression":
        this.#readMember(node, scope);
        return;
      case "CallExpression":
        this.#visitAll(node.arguments, scope);
        // Passes true, so that the last property of the callee is not read as data: it names a method.
        if (node.callee.type === "MemberExpression") this.#readMember(node.callee, scope, true);
        else this.visit(node.callee, scope);
        return;
      case "Property":
        this.#readProperty(node, scope);
        return;
      case "MethodDefinition":
      case "PropertyDefinition":
        this.#visitAll([node.computed ? node.key : undefined, node.value], scope);
        return;
      case "LabeledStatement":
        this.visit(node.body, scope);
        return;
      case "BreakStatement":
      case "ContinueStatement":
      case "MetaProperty":
        return;
      case "VariableDeclaration":
        for (const { id, init } of node.declarations) {
          declareNamesInScope(id, scope, node.kind === "var");
          this.visit(id, scope);
          if (!this.#readDestructuring(id, init, scope)) this.visit(init, scope);
        }
        return;
      case "AssignmentExpression":
        this.visit(node.left, scope);
        if (node.operator === "=" && this.#readDestructuring(node.left, node.right, scope)) return;
        this.visit(node.right, scope);
        return;
      case "FunctionDeclaration":
      case "ClassDeclaration":
        if (node.id) declareNamesInScope(node.id, scope);
        break;
      default:
    }
    this.#readScope(node, scope);
  }

  #readScope(node: AnyNode, scope: ScriptScope): void {
    switch (node.type) {
      case "FunctionDeclaration":
      case "FunctionExpression":
      case "ArrowFunctionExpression": {
        const outside = createScriptScope(scope, "function");
        if (node.type === "FunctionExpression" && node.id) declareNamesInScope(node.id, outside);
        for (const parameter of node.params) declareNamesInScope(parameter, outside);
        this.#visitAll(node.params, outside);
        // Default values of parameters cannot see declarations in the body.
        this.visit(node.body, createScriptScope(outside, "function"));
        return;
      }
      case "ClassDeclaration":
      case "ClassExpression": {
        const inside = createScriptScope(scope, "block");
        if (node.id) declareNamesInScope(node.id, inside);
        this.#visitAll([node.superClass, node.body], inside);
        return;
      }
      case "CatchClause": {
        const inside = createScriptScope(scope, "block");
        if (node.param) declareNamesInScope(node.param, inside);
        this.#visitAll([node.param, node.body], inside);
        return;
      }
      case "SwitchStatement":
        this.visit(node.discriminant, scope);
        this.#visitAll(node.cases, createScriptScope(scope, "block"));
        return;
      case "BlockStatement":
      case "ForStatement":
      case "ForInStatement":
      case "ForOfStatement":
        this.#visitAll(childrenOf(node), createScriptScope(scope, "block"));
        return;
      case "StaticBlock":
        this.#visitAll(childrenOf(node), createScriptScope(scope, "function"));
        return;
      default:
        this.#visitAll(childrenOf(node), scope);
    }
  }

  #readMember(member: MemberExpression, scope: ScriptScope, isCalled = false): void {
    const links: MemberExpression[] = [];
    let root: Expression | Super = member;
    while (root.type === "MemberExpression" || root.type === "ChainExpression") {
      if (root.type === "MemberExpression") links.push(root);
      root = root.type === "MemberExpression" ? root.object : root.expression;
    }
    links.reverse();
    for (const link of links) if (link.computed) this.visit(link.property, scope);
    if (root.type !== "Identifier") {
      this.visit(root, scope);
      return;
    }
    const keys = links.map((link) => readStaticPropertyKey(link));
    const unknown = keys.indexOf(undefined);
    const known = keys.slice(0, unknown === -1 ? keys.length : unknown).filter((key) => key !== undefined);
    const path = isCalled && known.length === keys.length ? known.slice(0, -1) : known;
    const [first] = links;
    if (!isScriptVariableContainerName(root.name)) this.#add(createIdentifierScriptName(root, path, scope));
    // Adds no variable for `input.hasOwnProperty("x")`, which calls a method of the object.
    else if (first && path.length > 0)
      this.#add(createContainerScriptName(first, path.slice(1), root.name, scope));
    else if (unknown === 0) this.#addWhole(root, scope);
  }

  #readProperty(property: Property | ObjectPattern["properties"][number], scope: ScriptScope): void {
    if (property.type !== "Property") return;
    if (property.computed) this.visit(property.key, scope);
    const { value } = property;
    const target = value.type === "AssignmentPattern" ? value.left : value;
    if (!property.shorthand || target.type !== "Identifier") {
      this.visit(value, scope);
      return;
    }
    this.#add(createShorthandScriptName(target, scope));
    this.#addWhole(target, scope);
    if (value.type === "AssignmentPattern") this.visit(value.right, scope);
  }

  /** Such as `const { page, title: t } = input`. False for others, which the caller must visit. */
  #readDestructuring(pattern: Pattern, value: Expression | null | undefined, scope: ScriptScope): boolean {
    const source = value?.type === "LogicalExpression" ? value.left : value;
    if (pattern.type !== "ObjectPattern" || source?.type !== "Identifier") return false;
    if (!isScriptVariableContainerName(source.name)) return false;
    for (const property of pattern.properties) {
      if (property.type === "Property" && !property.computed) {
        this.#add(createContainerScriptName(property, [], source.name, scope));
      } else this.#addWhole(source, scope);
    }
    if (value?.type === "LogicalExpression") this.visit(value.right, scope);
    return true;
  }
}

function childrenOf(node: AnyNode): readonly AnyNode[] {
  return Object.values(node).flatMap((value: unknown) => {
    if (Array.isArray(value)) return value.filter(isNode);
    return isNode(value) ? [value] : [];
  });
}

export function isNode(value: unknown): value is AnyNode {
  return typeof value === "object" && value !== null && "type" in value && typeof value.type === "string";
}
