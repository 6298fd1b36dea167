import type { AnyNode } from "acorn";
import type { JsonValue } from "#core/json.ts";
import { parseScript } from "#core/references/parse-script.ts";
import { maskTemplates } from "#core/references/read-script.ts";
import { type Template, findTemplates } from "#core/references/read-templates.ts";
import { readInTime } from "#server/runner/read-in-time.ts";
import { type TemplateFiller, toText } from "#server/runner/fill-templates.ts";

export interface FilledScript {
  readonly code: string;
  /** What `__filled[0]` and on stand for. */
  readonly filled: readonly JsonValue[];
}

/**
 * Fills the templates of a script: in quotes with text, elsewhere with the value itself, so that no value becomes code.
 * Those in comments stay, and so does what only looks like a template.
 */
export function fillScript(code: string, filler: TemplateFiller): FilledScript {
  const templates = code.includes("{{")
    ? findTemplates(code).filter(({ type }) => type !== "unreadable" && type !== "text")
    : [];
  if (templates.length === 0) return { code, filled: [] };
  const masked = maskTemplates(code, templates);
  const parsed = readInTime(masked, (limit) => parseScript(masked, limit));
  if (parsed.type === "fault") return { code, filled: [] };
  const texts = listTexts(parsed.root);
  const filled: JsonValue[] = [];
  const pieces: string[] = [];
  let done = 0;
  for (const template of templates) {
    if (parsed.comments.some((comment) => isInside(template, comment))) continue;
    const value = filler.read(template, code);
    if (value === undefined) continue;
    const text = texts.find((node) => isInside(template, node));
    pieces.push(
      code.slice(done, template.from),
      text ? escapeFor(text, toText(value)) : ` (__filled[${filled.length}])`,
    );
    if (!text) filled.push(value);
    done = template.to;
  }
  return { code: pieces.join("") + code.slice(done), filled };
}

function isInside({ from, to }: Template, place: { readonly start: number; readonly end: number }): boolean {
  return place.start <= from && to <= place.end;
}

/** Strings, the texts of template strings, and patterns. */
function listTexts(root: AnyNode): readonly AnyNode[] {
  const texts: AnyNode[] = [];
  const open: AnyNode[] = [root];
  for (let node = open.pop(); node; node = open.pop()) {
    const isText = node.type === "Literal" && (typeof node.value === "string" || "regex" in node);
    if (isText || node.type === "TemplateElement") texts.push(node);
    open.push(...Object.values(node).flat().filter(isNode));
  }
  return texts;
}

function isNode(value: unknown): value is AnyNode {
  return typeof value === "object" && value !== null && "type" in value && typeof value.type === "string";
}

function escapeFor(node: AnyNode, text: string): string {
  if (node.type === "Literal" && "regex" in node) {
    return text.replaceAll(/[.*+?^${}()|[\]\\/]/g, String.raw`\$&`).replaceAll("\n", String.raw`\n`);
  }
  // `JSON.stringify` sees to line ends and double quotes; the other quotes are not its own.
  return JSON.stringify(text)
    .slice(1, -1)
    .replaceAll(/['`]|\$(?=\{)/g, String.raw`\$&`);
}
