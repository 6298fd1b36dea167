import {
  type FilteredValueToken,
  ForTag,
  Tag,
  type PropertyAccessToken,
  type Template,
  type Token,
  TypeGuards,
  Value,
  type ValueToken,
  toValueSync,
} from "liquidjs";
import type { VariableOccurrence, TextReplacement } from "./occurrence.ts";
import type { ParseTimeLimit } from "./time-limit.ts";

export function findLiquidVariables(
  templates: readonly Template[],
  hidden: ReadonlySet<string>,
  limit: ParseTimeLimit,
): { readonly occurrences: readonly VariableOccurrence[]; readonly readsAll: boolean } {
  const walk = new LiquidWalk(hidden, limit);
  walk.visit(templates, undefined, false);
  const occurrences = walk.occurrences.toSorted((a, b) => a.from - b.from);
  return { occurrences, readsAll: walk.readsAll };
}

interface Block {
  readonly names: ReadonlySet<string>;
  readonly parent: Block | undefined;
}

const BRANCHING = new Set(["if", "unless", "case", "tablerow"]);

class LiquidWalk {
  readonly occurrences: VariableOccurrence[] = [];
  /** `{{ [name] }}` reads a variable by a computed name and so may read every variable. */
  readsAll = false;
  readonly #limit: ParseTimeLimit;
  readonly #read = new Set<string>();
  /** By name, the length of `occurrences` at its assignment: all later ones are local. */
  readonly #assigned: Map<string, number>;
  /** For a first assignment in a branch: all later occurrences may be local. */
  readonly #perhapsAssigned = new Map<string, number>();

  constructor(hidden: ReadonlySet<string>, limit: ParseTimeLimit) {
    this.#limit = limit;
    this.#assigned = new Map([...hidden].map((name) => [name, 0]));
  }

  visit(templates: readonly Template[], block: Block | undefined, isBranch: boolean): void {
    for (const template of templates) {
      this.#limit.check();
      for (const argument of template.arguments?.() ?? []) this.#readArgument(argument, block);
      this.#visitInside(template, block, isBranch);
      for (const token of template.localScope?.() ?? []) this.#assign(token, isBranch);
    }
  }

  #visitInside(template: Template, block: Block | undefined, isBranch: boolean): void {
    if (!template.children) return;
    const names = new Set(template.blockScope?.());
    const inside = names.size > 0 ? { names, parent: block } : block;
    if (template instanceof ForTag) {
      this.visit(template.templates, inside, true);
      // The else part runs if there is nothing to loop over, so the names of the loop are not defined in it.
      this.visit(template.elseTemplates, block, true);
      return;
    }
    const isBranching = template instanceof Tag && BRANCHING.has(template.name);
    const children: readonly Template[] = toValueSync(template.children(false, true));
    this.visit(children, inside, isBranch || isBranching);
  }

  /**
   * An unconditional assignment makes a name local. An assignment in a branch may not run, so the name can still mean
   * the variable, as in `{% unless page %}{% assign page = 1 %}{% endunless %}`. A rename then includes the assignment.
   */
  #assign(token: NameToken, isBranch: boolean): void {
    const name = token.content;
    if (this.#assigned.has(name)) return;
    const before = this.occurrences.length;
    if (!isBranch) {
      this.#assigned.set(name, before);
      return;
    }
    if (!this.#read.has(name)) this.#perhapsAssigned.set(name, before);
    // An assignment inside a loop sets the outer variable, even if a loop variable has the same name.
    this.#add(place(token), [], undefined, spellIdentifier);
  }

  #readArgument(argument: Value | ValueToken, block: Block | undefined): void {
    if (argument instanceof Value) this.#readFiltered(argument, block);
    else this.#readToken(argument, block);
  }

  #readFiltered(
    { initial, filters }: Pick<Value | FilteredValueToken, "initial" | "filters">,
    block: Block | undefined,
  ): void {
    for (const token of initial.postfix) this.#readToken(token, block);
    for (const { args } of filters) {
      for (const arg of args) {
        const token = Array.isArray(arg) ? arg[1] : arg;
        if (token) this.#readToken(token, block);
      }
    }
  }

  #readToken(token: Token, block: Block | undefined): void {
    if (TypeGuards.isFilteredValueToken(token)) this.#readFiltered(token, block);
    else if (TypeGuards.isPropertyAccessToken(token)) this.#readAccess(token, block);
    else if (TypeGuards.isRangeToken(token)) {
      this.#readToken(token.lhs, block);
      this.#readToken(token.rhs, block);
    }
  }

  #readAccess(token: PropertyAccessToken, block: Block | undefined): void {
    const [root, ...keys] = token.props;
    for (const key of keys) this.#readToken(key, block);
    if (token.variable) {
      // Visits the token only if it is a name. In `"text".size` and `(1..3).first`, the token is a value.
      this.#readToken(token.variable, block);
    } else if (TypeGuards.isWordToken(root)) {
      this.#add(place(root), pathOf(keys), block, spellName);
    } else if (TypeGuards.isQuotedToken(root)) {
      this.#add(place(root), pathOf(keys), block, spellQuoted);
    } else if (root) {
      this.readsAll = true;
      this.#readToken(root, block);
    }
  }

  #add(
    { name, from, to }: NamePlace,
    path: readonly string[],
    block: Block | undefined,
    spell: (name: string) => string | undefined,
  ): void {
    this.#limit.check();
    const before = this.occurrences.length;
    if ((name === "secrets" && path.length > 0) || this.#isLocal(name, block, before)) return;
    this.#read.add(name);
    const respell = (newName: string): TextReplacement | undefined => {
      const isTaken = this.#isLocal(newName, block, before) || this.#mayBeLocal(newName, before);
      const text = isTaken ? undefined : spell(newName);
      return text === undefined ? undefined : { from, to, text };
    };
    const mayBeLocal = this.#mayBeLocal(name, before);
    this.occurrences.push({
      name,
      form: "liquid",
      path,
      from,
      to,
      respell,
      ...(mayBeLocal && { mayBeLocal }),
    });
  }

  #isLocal(name: string, block: Block | undefined, before: number): boolean {
    for (let at = block; at; at = at.parent) if (at.names.has(name)) return true;
    return (this.#assigned.get(name) ?? Infinity) <= before;
  }

  #mayBeLocal(name: string, before: number): boolean {
    return (this.#perhapsAssigned.get(name) ?? Infinity) <= before;
  }
}

type NameToken = Token & { readonly content: string };

interface NamePlace {
  readonly name: string;
  readonly from: number;
  readonly to: number;
}

function place(token: NameToken): NamePlace {
  const quotes = TypeGuards.isQuotedToken(token) ? 1 : 0;
  return { name: token.content, from: token.begin + quotes, to: token.end - quotes };
}

const LIQUID_WORDS = new Set("true false nil null empty blank and or not contains".split(" "));

/** Undefined if Liquid accepts the name only in quotes. */
function spellIdentifier(name: string): string | undefined {
  return /^[\p{ID_Continue}-]+$/u.test(name) && !LIQUID_WORDS.has(name) ? name : undefined;
}

function spellQuoted(name: string): string | undefined {
  return /['"\\]/.test(name) ? undefined : name;
}

function spellName(name: string): string | undefined {
  return spellIdentifier(name) ?? (spellQuoted(name) && `['${name}']`);
}

function pathOf(keys: PropertyAccessToken["props"]): readonly string[] {
  const path: string[] = [];
  for (const key of keys) {
    if (TypeGuards.isWordToken(key) || TypeGuards.isQuotedToken(key)) path.push(key.content);
    else if (TypeGuards.isNumberToken(key)) path.push(String(key.content));
    else break;
  }
  return path;
}
