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
import type { Occurrence } from "./occurrence.ts";
import {
  type ScriptName,
  isContainer,
  readBareName,
  readKey,
  readProperty,
  readShorthand,
  toOccurrence,
} from "./script-name.ts";
import { type Scope, declare, isLocal, openScope } from "./script-scope.ts";
import type { TimeLimit } from "./time-limit.ts";

/**
 * The variables that a parsed script reads, in the order of the text; `readsAll` where it uses all of them as one object,
 * or takes one out by a name that it makes.
 */
export function findScriptNames(
  root: AnyNode,
  limit: TimeLimit,
): { readonly occurrences: readonly Occurrence[]; readonly readsAll: boolean } {
  const walk = new ScriptWalk(limit);
  walk.visit(root, openScope(undefined, "function"));
  walk.run();
  const byPlace = new Map<number, Occurrence>();
  for (const name of walk.names) {
    const occurrence = toOccurrence(name);
    // `({ page } = input)` names the variable and what it is put into with one word: the first found stands.
    if (occurrence && !byPlace.has(occurrence.from)) byPlace.set(occurrence.from, occurrence);
  }
  const readsAll = walk.whole.some(({ name, scope }) => !isLocal(name, scope));
  return { occurrences: [...byPlace.values()].toSorted((a, b) => a.from - b.from), readsAll };
}

/**
 * Visits every node once, in no order and without recursion, since code can be nested deeply. Which names are local is
 * known when all have been visited.
 */
class ScriptWalk {
  readonly names: ScriptName[] = [];
  /** Where the script uses a container as a whole, if that is what the name means there. */
  readonly whole: { readonly name: string; readonly scope: Scope }[] = [];
  readonly #open: (readonly [AnyNode, Scope])[] = [];
  readonly #limit: TimeLimit;

  constructor(limit: TimeLimit) {
    this.#limit = limit;
  }

  visit(node: AnyNode | null | undefined, scope: Scope): void {
    if (node) this.#open.push([node, scope]);
  }

  run(): void {
    for (let next = this.#open.pop(); next; next = this.#open.pop()) {
      this.#limit.check();
      this.#read(...next);
    }
  }

  #addWhole({ name }: Identifier, scope: Scope): void {
    if (isContainer(name) || name === "eval") this.whole.push({ name, scope });
  }

  #add(name: ScriptName | undefined): void {
    if (name) this.names.push(name);
  }

  #visitAll(nodes: readonly (AnyNode | null | undefined)[], scope: Scope): void {
    for (const node of nodes) this.visit(node, scope);
  }

  #read(node: AnyNode, scope: Scope): void {
    switch (node.type) {
      case "Identifier":
        this.#add(readBareName(node, [], scope));
        this.#addWhole(node, scope);
        return;
      case "MemberExpression":
        this.#readMember(node, scope);
        return;
      case "CallExpression":
        this.#visitAll(node.arguments, scope);
        // What is called is a method, not a part of the data.
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
          declare(id, scope, node.kind === "var");
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
        if (node.id) declare(node.id, scope);
        break;
      default:
    }
    this.#readScope(node, scope);
  }

  /** Nodes that open a scope; all others are but their parts. */
  #readScope(node: AnyNode, scope: Scope): void {
    switch (node.type) {
      case "FunctionDeclaration":
      case "FunctionExpression":
      case "ArrowFunctionExpression": {
        const outside = openScope(scope, "function");
        if (node.type === "FunctionExpression" && node.id) declare(node.id, outside);
        for (const parameter of node.params) declare(parameter, outside);
        this.#visitAll(node.params, outside);
        // A scope of its own: the defaults of parameters do not see what the body declares.
        this.visit(node.body, openScope(outside, "function"));
        return;
      }
      case "ClassDeclaration":
      case "ClassExpression": {
        const inside = openScope(scope, "block");
        if (node.id) declare(node.id, inside);
        this.#visitAll([node.superClass, node.body], inside);
        return;
      }
      case "CatchClause": {
        const inside = openScope(scope, "block");
        if (node.param) declare(node.param, inside);
        this.#visitAll([node.param, node.body], inside);
        return;
      }
      case "SwitchStatement":
        this.visit(node.discriminant, scope);
        this.#visitAll(node.cases, openScope(scope, "block"));
        return;
      case "BlockStatement":
      case "ForStatement":
      case "ForInStatement":
      case "ForOfStatement":
        this.#visitAll(childrenOf(node), openScope(scope, "block"));
        return;
      case "StaticBlock":
        this.#visitAll(childrenOf(node), openScope(scope, "function"));
        return;
      default:
        this.#visitAll(childrenOf(node), scope);
    }
  }

  /** All of `page.items[0].title` at once. */
  #readMember(member: MemberExpression, scope: Scope, isCalled = false): void {
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
    const keys = links.map((link) => readKey(link));
    const unknown = keys.indexOf(undefined);
    const known = keys.slice(0, unknown === -1 ? keys.length : unknown).filter((key) => key !== undefined);
    const path = isCalled && known.length === keys.length ? known.slice(0, -1) : known;
    const [first] = links;
    if (!isContainer(root.name)) this.#add(readBareName(root, path, scope));
    // `input.hasOwnProperty("x")` asks the object itself.
    else if (first && path.length > 0) this.#add(readProperty(first, path.slice(1), root.name, scope));
    else if (unknown === 0) this.#addWhole(root, scope);
  }

  #readProperty(property: Property | ObjectPattern["properties"][number], scope: Scope): void {
    if (property.type !== "Property") return;
    if (property.computed) this.visit(property.key, scope);
    const { value } = property;
    const target = value.type === "AssignmentPattern" ? value.left : value;
    if (!property.shorthand || target.type !== "Identifier") {
      this.visit(value, scope);
      return;
    }
    this.#add(readShorthand(target, scope));
    this.#addWhole(target, scope);
    if (value.type === "AssignmentPattern") this.visit(value.right, scope);
  }

  /** `const { page, title: t } = input` reads `page` and `title`. Whether that is all that is read of the value. */
  #readDestructuring(pattern: Pattern, value: Expression | null | undefined, scope: Scope): boolean {
    const source = value?.type === "LogicalExpression" ? value.left : value;
    if (pattern.type !== "ObjectPattern" || source?.type !== "Identifier") return false;
    if (!isContainer(source.name)) return false;
    for (const property of pattern.properties) {
      if (property.type === "Property" && !property.computed) {
        this.#add(readProperty(property, [], source.name, scope));
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

function isNode(value: unknown): value is AnyNode {
  return typeof value === "object" && value !== null && "type" in value && typeof value.type === "string";
}
