import type { Comment } from "acorn";
import { findScriptNames } from "./find-script-names.ts";
import type { Occurrence, TextReading } from "./occurrence.ts";
import { parseScript } from "./parse-script.ts";
import { type Template, findTemplates } from "./read-templates.ts";
import { NO_LIMIT, type TimeLimit } from "./time-limit.ts";

/**
 * Variables in JavaScript: free names, and what is taken out of `input` and `variables`. `{{x}}` counts too, in
 * strings as well, since templates are filled in before the code runs; in comments it does not.
 */
export function readScript(text: string, limit: TimeLimit = NO_LIMIT): TextReading {
  const templates = findTemplates(text, limit).filter(({ type }) => type !== "unreadable" && type !== "text");
  const parsed = parseScript(maskTemplates(text, templates), limit);
  if (parsed.type === "script") {
    const filled = templates.filter(isOutside(parsed.comments));
    const names = findScriptNames(parsed.root, limit);
    const occurrences: readonly Occurrence[] = [
      ...filled.flatMap((template) => (template.type === "variable" ? [template.occurrence] : [])),
      ...names.occurrences,
    ].toSorted((a, b) => a.from - b.from);
    return {
      occurrences,
      readsAll: names.readsAll,
      faults: filled.flatMap((template) => (template.type === "bad-secret" ? [template.fault] : [])),
    };
  }
  // What looks like a template may be a block in a block.
  const plain = templates.length > 0 ? parseScript(text, limit) : parsed;
  return plain.type === "script"
    ? { ...findScriptNames(plain.root, limit), faults: [] }
    : { occurrences: [], faults: [parsed.fault], readsAll: true };
}

/**
 * Puts a number of the same length where each template is: an operand wherever a value can stand, and text in a string.
 * The blanks around it keep `page{{x}}` from making one name.
 */
export function maskTemplates(text: string, templates: readonly Template[]): string {
  const pieces: string[] = [];
  let done = 0;
  for (const { from, to } of templates) {
    pieces.push(text.slice(done, from), " 0".padEnd(to - from));
    done = to;
  }
  return pieces.join("") + text.slice(done);
}

/** For templates in the order of the text, as the comments are. */
function isOutside(comments: readonly Comment[]): (template: Template) => boolean {
  let next = 0;
  return ({ from }) => {
    let comment = comments[next];
    while (comment && comment.end <= from) comment = comments[(next += 1)];
    return !comment || from < comment.start;
  };
}
