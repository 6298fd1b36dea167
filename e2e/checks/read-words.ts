import {
  type SourceComment,
  type SyntaxNode,
  createLookupOfLineNumberByOffset,
  isSyntaxNode,
  parseSource,
} from "./parse-source.ts";

export interface GlossaryCheckedText {
  readonly kind: "identifier" | "comment" | "test title" | "README";
  readonly line: number;
  readonly text: string;
}

/**
 * Reads the names, comments and test titles of a source file. Omits other strings and JSX text, which are interface
 * texts or data.
 */
export function extractGlossaryCheckedTextsFromSource(
  path: string,
  source: string,
): readonly GlossaryCheckedText[] {
  const { program, comments } = parseSource(path, source);
  const lineAt = createLookupOfLineNumberByOffset(source);
  const passages: GlossaryCheckedText[] = [];
  const seen = new Set<string>();
  const visit = (node: SyntaxNode) => {
    const name = nameOf(node);
    if (name !== undefined && !seen.has(name)) {
      seen.add(name);
      passages.push({ kind: "identifier", line: lineAt(node.start), text: name });
    }
    const title = titleOf(node);
    if (title !== undefined) passages.push({ kind: "test title", line: lineAt(node.start), text: title });
    for (const child of Object.values(node).flat()) if (isSyntaxNode(child)) visit(child);
  };
  visit(program);
  return [...passages, ...joinComments(source, comments, lineAt)];
}

export function extractGlossaryCheckedTextsFromMarkdown(source: string): readonly GlossaryCheckedText[] {
  return source.split("\n").map((text, index) => ({ kind: "README", line: index + 1, text }));
}

function nameOf(node: SyntaxNode): string | undefined {
  const isName =
    node.type === "Identifier" || node.type === "PrivateIdentifier" || node.type === "JSXIdentifier";
  return isName && typeof node["name"] === "string" ? node["name"] : undefined;
}

function titleOf(node: SyntaxNode): string | undefined {
  if (node.type !== "CallExpression" || !isTestFunction(node["callee"])) return undefined;
  const [first] = node["arguments"] as readonly SyntaxNode[];
  if (first?.type === "Literal" && typeof first["value"] === "string") return first["value"];
  if (first?.type !== "TemplateLiteral") return undefined;
  const parts = first["quasis"] as readonly { readonly value: { readonly cooked: string } }[];
  return parts.map(({ value }) => value.cooked).join(" … ");
}

function isTestFunction(callee: unknown): boolean {
  if (!isSyntaxNode(callee)) return false;
  if (callee.type === "Identifier") return ["it", "test", "describe"].includes(String(callee["name"]));
  return isTestFunction(callee["object"] ?? callee["callee"] ?? callee["tag"]);
}

function joinComments(
  source: string,
  comments: readonly SourceComment[],
  lineAt: (offset: number) => number,
): readonly GlossaryCheckedText[] {
  const joined: { line: number; text: string; lastLine: number | undefined }[] = [];
  for (const { type, value, start } of comments) {
    const line = lineAt(start);
    const isAlone = source.slice(source.lastIndexOf("\n", start - 1) + 1, start).trim() === "";
    const last = joined.at(-1);
    if (type === "Line" && isAlone && last?.lastLine === line - 1) {
      last.text += `\n${value.trim()}`;
      last.lastLine = line;
    } else {
      const lines = value.split("\n").map((text) => text.replace(/^\s*\*+\s?/, "").trimEnd());
      joined.push({
        line,
        text: lines.join("\n").trim(),
        lastLine: type === "Line" && isAlone ? line : undefined,
      });
    }
  }
  return joined.map(({ line, text }) => ({ kind: "comment", line, text }));
}

/**
 * Splits a text into lower-case words with single spaces; `openFlow` becomes “open flow”. Omits text in curly quotes,
 * which quotes the interface and need not follow the glossary.
 */
export function splitIntoLowerCaseWords(text: string): string {
  return text
    .replaceAll(/“[^“”]*”/g, " ")
    .replaceAll(/([\p{Ll}\d])(\p{Lu})|(\p{Lu})(?=\p{Lu}\p{Ll})/gu, "$1$3 $2")
    .toLowerCase()
    .split(/[^\p{L}\d’]+/u)
    .filter((word) => word !== "")
    .join(" ");
}
