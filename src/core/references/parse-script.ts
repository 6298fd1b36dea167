import { type AnyNode, type Comment, type Options, Parser, tokTypes, tokenizer } from "acorn";
import type { TextFaultWithoutPath } from "./occurrence.ts";
import { NO_PARSE_TIME_LIMIT, type ParseTimeLimit, ParseTimeLimitError } from "./time-limit.ts";

export type ParsedScript =
  | { readonly type: "script"; readonly root: AnyNode; readonly comments: readonly Comment[] }
  | { readonly type: "fault"; readonly fault: TextFaultWithoutPath };

const OPTIONS: Options = {
  ecmaVersion: "latest",
  allowReturnOutsideFunction: true,
  allowAwaitOutsideFunction: true,
};

/** acorn calls `indexOf` for each declared name; it needs no exact index, so 0 stands for any contained name. */
class NameList extends Array<string> {
  readonly #names = new Set<string>();

  override push(...names: string[]): number {
    for (const name of names) this.#names.add(name);
    return super.push(...names);
  }

  override indexOf(name: string): number {
    return this.#names.has(name) ? 0 : -1;
  }
}

/** Private methods of acorn's parser, whose version is pinned; a test fails if one is missing. */
type ScopeParser = new (...args: never[]) => {
  enterScope(flags: number): void;
  currentScope(): Record<"var" | "lexical" | "functions", string[]>;
};

const ScriptParser = Parser.extend((Base) => {
  class LinearScopes extends (Base as unknown as ScopeParser) {
    override enterScope(flags: number): void {
      super.enterScope(flags);
      Object.assign(this.currentScope(), {
        var: new NameList(),
        lexical: new NameList(),
        functions: new NameList(),
      });
    }
  }
  return LinearScopes as unknown as typeof Base;
});

/** Recursive methods with the relative call stack that each uses. Nested code passes through one of these. */
const NESTING_METHODS: Readonly<Record<string, number>> = {
  parseStatement: 3,
  parseMaybeAssign: 2,
  parseMaybeUnary: 2,
  parseExprAtom: 2,
  parseNew: 2,
  parseBindingAtom: 2,
  // Recurses once for each operator of a chain such as a + b + c.
  parseExprOp: 1,
};

/** The sum of weights in `NESTING_METHODS`; uses about 600 of the 984 kB of call stack. */
const MAX_NESTING = 1300;

class TooDeep extends Error {
  readonly pos: number;

  constructor(pos: number) {
    super("nested too deeply");
    this.pos = pos;
  }
}

interface NestedParser {
  readonly start: number;
  nesting?: number;
}

/** V8 aborts the process if it compiles a regular expression near the end of the stack. */
const BoundedParser = ScriptParser.extend((Base) => {
  class Bounded extends Base {}
  const methods = Bounded.prototype as unknown as Record<string, (...args: never[]) => unknown>;
  for (const [name, weight] of Object.entries(NESTING_METHODS)) {
    const parse = methods[name];
    if (!parse) throw new Error(`The parser has no method ${name} any more.`);
    methods[name] = function (this: NestedParser, ...args) {
      const before = this.nesting ?? 0;
      if (before >= MAX_NESTING) throw new TooDeep(this.start);
      this.nesting = before + weight;
      try {
        return parse.apply(this, args);
      } finally {
        this.nesting = before;
      }
    };
  }
  return Bounded;
});

/** Parses a step's JavaScript: the body of an async function, or one expression. */
export function parseScript(text: string, limit: ParseTimeLimit = NO_PARSE_TIME_LIMIT): ParsedScript {
  const comments: Comment[] = [];
  try {
    const root = BoundedParser.parse(text, optionsFor(comments, limit));
    return { type: "script", root, comments };
  } catch (error) {
    if (error instanceof ParseTimeLimitError) throw error;
    return parseObject(text, limit) ?? { type: "fault", fault: describeFault(error, text) };
  }
}

/** Sets the token callback only if there is a limit, because it makes the parser slower. */
function optionsFor(comments: Comment[], { isUnlimited, check }: ParseTimeLimit): Options {
  return { ...OPTIONS, onComment: comments, ...(!isUnlimited && { onToken: check }) };
}

/** Parses an object literal: `{ a: 1, b: 2 }` is a block in a program but an object in an expression. */
function parseObject(text: string, limit: ParseTimeLimit): ParsedScript | undefined {
  if (!text.trimStart().startsWith("{")) return undefined;
  const comments: Comment[] = [];
  try {
    const root = BoundedParser.parseExpressionAt(text, 0, optionsFor(comments, limit));
    for (const token of tokenizer(text.slice(root.end), OPTIONS)) {
      if (token.type !== tokTypes.semi) return undefined;
    }
    return { type: "script", root, comments };
  } catch (error) {
    if (error instanceof ParseTimeLimitError) throw error;
    return undefined;
  }
}

function describeFault(error: unknown, text: string): TextFaultWithoutPath {
  if (error instanceof TooDeep) {
    return { code: "bad-code", message: "Code is nested too deeply.", from: error.pos };
  }
  if (!(error instanceof SyntaxError) || error.message.startsWith("Not enough stack space")) {
    return { code: "bad-code", message: "Code is nested too deeply.", from: 0 };
  }
  const from = "pos" in error && typeof error.pos === "number" ? error.pos : 0;
  if (text.slice(from).trim() === "") {
    return { code: "bad-code", message: "Incomplete JavaScript: the end is missing.", from };
  }
  const detail = error.message.replace(/ \(\d+:\d+\)$/, "");
  const message = `Invalid JavaScript: ${detail.charAt(0).toLowerCase()}${detail.slice(1)}.`;
  return { code: "bad-code", message, from };
}
