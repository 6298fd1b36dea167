import type { AnyNode, Comment } from "acorn";
import { findScriptVariables } from "./find-script-variables.ts";
import type { TextFaultWithoutPath, TextReferences, VariableOccurrence } from "./occurrence.ts";
import { parseScript } from "./parse-script.ts";
import { type TemplateExpression, findTemplateExpressions } from "./read-templates.ts";
import { NO_PARSE_TIME_LIMIT, type ParseTimeLimit } from "./time-limit.ts";

/** Free identifiers, members of `input` and `variables`, and templates outside comments. */
export function readScriptReferences(
  text: string,
  limit: ParseTimeLimit = NO_PARSE_TIME_LIMIT,
  { isCondition = false } = {},
): TextReferences {
  const templates = findTemplateExpressions(text, limit).filter(
    ({ type }) => type !== "unreadable" && type !== "text",
  );
  const parsed = parseScript(maskTemplatesInScript(text, templates), limit);
  if (parsed.type === "script") {
    const filled = templates.filter(isOutside(parsed.comments));
    const names = findScriptVariables(parsed.root, limit);
    const occurrences: readonly VariableOccurrence[] = [
      ...filled.flatMap((template) => (template.type === "variable" ? [template.occurrence] : [])),
      ...names.occurrences,
    ].toSorted((a, b) => a.from - b.from);
    return {
      occurrences,
      readsAll: names.readsAll,
      faults: [
        ...filled.flatMap((template) => (template.type === "bad-secret" ? [template.fault] : [])),
        ...(isCondition ? findAssignments(parsed.root, text) : []),
      ],
    };
  }
  // Without replaced templates, because `{{…}}` can also be two nested code blocks.
  const plain = templates.length > 0 ? parseScript(text, limit) : parsed;
  return plain.type === "script"
    ? { ...findScriptVariables(plain.root, limit), faults: [] }
    : { occurrences: [], faults: [parsed.fault], readsAll: true };
}

/** A number of the same length is valid as an operand and in a string. Its space separates `page{{x}}`. */
export function maskTemplatesInScript(text: string, templates: readonly TemplateExpression[]): string {
  const pieces: string[] = [];
  let done = 0;
  for (const { from, to } of templates) {
    pieces.push(text.slice(done, from), " 0".padEnd(to - from));
    done = to;
  }
  return pieces.join("") + text.slice(done);
}

/** Templates outside comments. They must come in text order: the comments are passed only once. */
function isOutside(comments: readonly Comment[]): (template: TemplateExpression) => boolean {
  let next = 0;
  return ({ from }) => {
    let comment = comments[next];
    while (comment && comment.end <= from) comment = comments[(next += 1)];
    return !comment || from < comment.start;
  };
}

/** Finds a condition that assigns instead of comparing: `x = 1`, also as an operand of `&&`, `||` or `!`. */
function findAssignments(root: AnyNode, text: string): readonly TextFaultWithoutPath[] {
  const open: (AnyNode | null | undefined)[] =
    root.type === "Program" ? (root.body.length === 1 ? [root.body[0]] : []) : [root];
  for (let node = open.pop(); node; node = open.pop()) {
    if (node.type === "ExpressionStatement") open.push(node.expression);
    else if (node.type === "ReturnStatement" || node.type === "UnaryExpression") open.push(node.argument);
    else if (node.type === "LogicalExpression") open.push(node.right, node.left);
    else if (node.type === "AssignmentExpression" && node.operator === "=") {
      const message = "“=” assigns a value. Use “===” to compare.";
      return [{ code: "condition-assigns", message, from: text.indexOf("=", node.left.end) }];
    }
  }
  return [];
}
