import { isNode } from "./find-script-variables.ts";
import type { AnyNode } from "acorn";
import { parseScript } from "./parse-script.ts";
import { maskTemplatesInScript } from "./read-script.ts";
import { type TemplateExpression, findTemplateExpressions } from "./read-templates.ts";
import { createParseTimeLimit } from "./time-limit.ts";

/** The syntax around a template: a string, a regular expression, a comment, or an expression (“value”). */
export type ScriptSyntaxAroundTemplate = "string" | "pattern" | "comment" | "value";

/** One entry per template of `findScriptTemplates`, in order; undefined if the script does not parse. */
export type ScriptSyntaxOfEachTemplate = readonly ScriptSyntaxAroundTemplate[] | undefined;

export function findScriptTemplates(code: string): readonly TemplateExpression[] {
  if (!code.includes("{{")) return [];
  return findTemplateExpressions(code).filter(({ type }) => type !== "unreadable" && type !== "text");
}

export function findSyntaxAroundTemplates(code: string): ScriptSyntaxOfEachTemplate {
  const templates = findScriptTemplates(code);
  const masked = maskTemplatesInScript(code, templates);
  const parsed = parseScript(masked, createParseTimeLimit(masked, Date.now));
  if (parsed.type === "fault") return undefined;
  const findText = createFinder(listTexts(parsed.root));
  const findComment = createFinder(parsed.comments);
  return templates.map((template) => {
    if (findComment(template)) return "comment";
    const text = findText(template);
    if (!text) return "value";
    return text.type === "Literal" && "regex" in text ? "pattern" : "string";
  });
}

/** Call it with templates in ascending order; the ranges must not overlap. */
function createFinder<P extends { readonly start: number; readonly end: number }>(places: readonly P[]) {
  const sorted = places.toSorted((a, b) => a.start - b.start);
  let next = 0;
  return ({ from, to }: TemplateExpression): P | undefined => {
    for (let place = sorted[next]; place && place.end <= from; place = sorted[next]) next += 1;
    const place = sorted[next];
    return place && place.start <= from && to <= place.end ? place : undefined;
  };
}

function listTexts(root: AnyNode): readonly AnyNode[] {
  const texts: AnyNode[] = [];
  const open: AnyNode[] = [root];
  for (let node = open.pop(); node; node = open.pop()) {
    const isText = node.type === "Literal" && (typeof node.value === "string" || "regex" in node);
    if (isText || node.type === "TemplateElement") texts.push(node);
    // Avoids `push(...parts)`, because a long array would exceed the maximum number of arguments.
    for (const part of Object.values(node).flat()) if (isNode(part)) open.push(part);
  }
  return texts;
}
