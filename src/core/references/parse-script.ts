import {
  type AnyNode,
  type Comment,
  type Options,
  parse,
  parseExpressionAt,
  tokTypes,
  tokenizer,
} from "acorn";
import type { Fault } from "./occurrence.ts";
import { NO_LIMIT, type TimeLimit, TooSlow } from "./time-limit.ts";

export type ParsedScript =
  | { readonly type: "script"; readonly root: AnyNode; readonly comments: readonly Comment[] }
  | { readonly type: "fault"; readonly fault: Fault };

const OPTIONS: Options = {
  ecmaVersion: "latest",
  allowReturnOutsideFunction: true,
  allowAwaitOutsideFunction: true,
};

/** JavaScript as a step holds it: the body of an async function, or one expression. */
export function parseScript(text: string, limit: TimeLimit = NO_LIMIT): ParsedScript {
  const comments: Comment[] = [];
  try {
    const root = parse(text, optionsFor(comments, limit));
    return { type: "script", root, comments };
  } catch (error) {
    if (error instanceof TooSlow) throw error;
    return parseObject(text, limit) ?? { type: "fault", fault: describeFault(error) };
  }
}

/** The parser makes an object of each token for those who want to hear of it. */
function optionsFor(comments: Comment[], { isIdle, check }: TimeLimit): Options {
  return { ...OPTIONS, onComment: comments, ...(!isIdle && { onToken: check }) };
}

/** `{ a: 1, b: 2 }` is a block to a program and an object to an expression. */
function parseObject(text: string, limit: TimeLimit): ParsedScript | undefined {
  if (!text.trimStart().startsWith("{")) return undefined;
  const comments: Comment[] = [];
  try {
    const root = parseExpressionAt(text, 0, optionsFor(comments, limit));
    for (const token of tokenizer(text.slice(root.end), OPTIONS)) {
      if (token.type !== tokTypes.semi) return undefined;
    }
    return { type: "script", root, comments };
  } catch (error) {
    if (error instanceof TooSlow) throw error;
    return undefined;
  }
}

function describeFault(error: unknown): Fault {
  // The parser calls itself for what is nested, until the stack ends.
  if (!(error instanceof SyntaxError) || error.message.startsWith("Not enough stack space")) {
    return { code: "bad-code", message: "This code is nested too deeply to be read.", from: 0 };
  }
  const from = "pos" in error && typeof error.pos === "number" ? error.pos : 0;
  const said = error.message.replace(/ \(\d+:\d+\)$/, "");
  const message = `This is not JavaScript: ${said.charAt(0).toLowerCase()}${said.slice(1)}.`;
  return { code: "bad-code", message, from };
}
