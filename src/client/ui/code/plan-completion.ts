import type { CodeLanguage } from "./select-text-range.ts";
import { spellMember } from "./spell-member.ts";

/** Maximum length of a template's text before and after the caret, in UTF-16 code units. */
const LONGEST_TEMPLATE = 500;

const TYPED_PATH =
  /^(?:[\p{ID_Continue}$-]+(?:\.[\p{ID_Continue}$-]+|\[(?:\d+|'[^'{}]*'|"[^"{}]*")\])*\.?)?$/u;
/** The name of a step may contain spaces. */
const PATH =
  /^(?:[\p{ID_Continue}$-]+(?:[ \t]+[\p{ID_Continue}$-]+)*(?:\.[\p{ID_Continue}$-]+|\[(?:\d+|'[^'{}]*'|"[^"{}]*")\])*\.?)?/u;
/** The rest of a name and of its path, followed by braces or a filter. */
const CLOSED_REST =
  /^([\p{ID_Continue}$-]*)((?:\.[\p{ID_Continue}$-]+|\[(?:\d+|'[^'{}]*'|"[^"{}]*")\])*)[ \t]*(?:\}\}|\|[^{}\n]*\}\})/u;

interface TypedPath {
  /** The complete names before the one that is being typed. */
  readonly path: readonly string[];
  readonly typed: string;
}

/** Reads the path that ends at the caret, from a text such as `{{rows[0].na`. */
export function readTypedPath(before: string): TypedPath | undefined {
  const text = readOpenBraces(before)?.trimStart();
  if (text === undefined || !TYPED_PATH.test(text) || text.endsWith("]")) return undefined;
  const end = text.lastIndexOf(".") + 1;
  const path = [...text.slice(0, end).matchAll(/\[(?:(\d+)|'([^']*)'|"([^"]*)")\]|([^.[]+)/g)].map(
    ([, index, single, double, name]) => index ?? single ?? double ?? name ?? "",
  );
  return { path, typed: text.slice(end) };
}

/** Returns the text between the last `{{` and the caret, or undefined if it is closed or longer than a path. */
function readOpenBraces(before: string): string | undefined {
  const near = before.slice(-LONGEST_TEMPLATE);
  const open = near.lastIndexOf("{{");
  const content = near.slice(open + 2);
  return open === -1 || /[}\n]/.test(content) ? undefined : content;
}

export interface TextChange {
  readonly from: number;
  readonly to: number;
  readonly insert: string;
  readonly caret: number;
}

/** Replaces the whole name from `from` to `to`, and closes the braces. Undefined if no template reads the member. */
export function planCompletion(
  text: string,
  { from, to }: Pick<TextChange, "from" | "to">,
  name: string,
  language: CodeLanguage,
): TextChange | undefined {
  const isMember = text.charAt(from - 1) === ".";
  const insert = isMember ? spellMember(name, language) : name;
  if (insert === undefined) return undefined;
  const start = isMember ? from - 1 : from;
  const after = text.slice(to, to + LONGEST_TEMPLATE);
  const [, restOfName = "", path = ""] = CLOSED_REST.exec(after) ?? [];
  if (!CLOSED_REST.test(after)) return closeBraces(text, { from: start, to }, insert);
  return writePath(text, { from: start, to: to + restOfName.length }, insert, path === "");
}

/** Plans the insertion of a path in place of the selection; between braces, in place of the whole path there. */
export function planInsertion(
  text: string,
  { from, to }: Pick<TextChange, "from" | "to">,
  path: string,
): TextChange {
  const content = readOpenBraces(text.slice(0, from));
  if (content !== undefined) {
    const typed = content.trimStart();
    const rest = /^([^{}\n]*)\}\}/.exec(text.slice(to, to + LONGEST_TEMPLATE))?.[1];
    if (rest !== undefined) {
      const replaced = PATH.exec(typed + rest)?.[0] ?? "";
      // Inserts a bare path elsewhere in the expression, such as in the arguments of a filter.
      if (replaced.length < typed.length) return { from, to, insert: path, caret: from + path.length };
      const end = to + replaced.length - typed.length;
      return writePath(text, { from: from - typed.length, to: end }, path, true);
    }
    if (TYPED_PATH.test(typed)) return closeBraces(text, { from: from - typed.length, to }, path);
  }
  const insert = `{{${path}}}`;
  return { from, to, insert, caret: from + insert.length };
}

/** Writes a path between closed braces. Moves the caret behind the braces if they follow and `isPassing` is set. */
function writePath(
  text: string,
  { from, to }: Pick<TextChange, "from" | "to">,
  path: string,
  isPassing: boolean,
): TextChange {
  const braces = isPassing ? (/^[ \t]*\}\}/.exec(text.slice(to, to + LONGEST_TEMPLATE))?.[0] ?? "") : "";
  return { from, to, insert: path, caret: from + path.length + braces.length };
}

function closeBraces(text: string, { from, to }: Pick<TextChange, "from" | "to">, path: string): TextChange {
  // Closes “{{ name” with “ }}”, but “{{name” with “}}”.
  const isSpaced = /^[ \t]/.test(readOpenBraces(text.slice(0, from)) ?? "");
  const insert = `${path}${isSpaced ? " }}" : "}}"}`;
  return { from, to, insert, caret: from + insert.length };
}
