import { NO_PARSE_TIME_LIMIT, type ParseTimeLimit } from "./time-limit.ts";
import {
  type TextFaultWithoutPath,
  type VariableOccurrence,
  type TextReferences,
  quoteTextForMessage,
} from "./occurrence.ts";

/** A `{{ … }}` in a text; the offsets `from` and `to` include the braces. */
export type TemplateExpression = { readonly from: number; readonly to: number } & (
  | { readonly type: "variable"; readonly occurrence: VariableOccurrence }
  /** `{{secret:KEY}}` and `{{secrets.key}}` read no variable. */
  | { readonly type: "secret" }
  | { readonly type: "bad-secret"; readonly fault: TextFaultWithoutPath }
  /** Not a valid template. `occurrence`: it begins with a name, which a rename includes. */
  | {
      readonly type: "unreadable";
      readonly fault: TextFaultWithoutPath;
      readonly occurrence?: VariableOccurrence;
    }
  /** Doubled braces around a quoted string are not a template: JSON text can contain them. */
  | { readonly type: "text" }
);

/** Finds variables and secrets in plain text such as prompts, URLs and headers. */
export function readTemplateReferences(
  text: string,
  limit: ParseTimeLimit = NO_PARSE_TIME_LIMIT,
): TextReferences {
  const templates = findTemplateExpressions(text, limit);
  return {
    readsAll: templates.some((template) => template.type === "unreadable" && !template.occurrence),
    occurrences: templates.flatMap((template) =>
      "occurrence" in template && template.occurrence ? [template.occurrence] : [],
    ),
    faults: templates.flatMap((template) => ("fault" in template ? [template.fault] : [])),
  };
}

const BRACES = /\{\{+|\}\}/g;

/** Finds every `{{`, closed or not, in one pass. The outer braces of `{{{x}}}` are text. */
export function findTemplateExpressions(
  text: string,
  limit: ParseTimeLimit = NO_PARSE_TIME_LIMIT,
): readonly TemplateExpression[] {
  const templates: TemplateExpression[] = [];
  let open: number | undefined;
  const addUnclosed = () => {
    if (open !== undefined) templates.push(unclosed(open));
  };
  for (const { 0: braces, index } of text.matchAll(BRACES)) {
    limit.check();
    if (braces.startsWith("{")) {
      addUnclosed();
      open = index + braces.length - 2;
    } else if (open !== undefined) {
      templates.push(readTemplate(text, open, index + 2));
      open = undefined;
    }
  }
  addUnclosed();
  return templates;
}

function unclosed(from: number): TemplateExpression {
  const message = "Unclosed “{{”. Add “}}” after the variable name.";
  return { type: "unreadable", from, to: from + 2, fault: { code: "bad-template", message, from } };
}

function readTemplate(text: string, from: number, to: number): TemplateExpression {
  const content = text.slice(from + 2, to - 2);
  const [lead = "", prefix] = /^\s*(?:(secrets?|flow)\s*:\s*)?/.exec(content) ?? [];
  if (prefix === "secret") return { type: "secret", from, to };
  if (prefix === "secrets") {
    const message = `Write secrets as {{secret:KEY}}, not ${quoteTextForMessage(text.slice(from, to))}.`;
    return { type: "bad-secret", from, to, fault: { code: "bad-secret", message, from } };
  }
  if (/^["']/.test(content.slice(lead.length, lead.length + 1))) return { type: "text", from, to };
  const { variable, rest } = parseVariablePath(content, lead.length);
  if (prefix === undefined && variable?.name === "secrets" && variable.path.length > 0) {
    return { type: "secret", from, to };
  }
  const occurrence =
    variable && createTemplateOccurrence(variable, from + 2, prefix ? "explicit" : "template");
  if (rest === "" && occurrence) return { type: "variable", from, to, occurrence };
  const problem = rest.startsWith("|")
    ? "Filters work only in template steps:"
    : "Expected a variable name in {{ }}, such as page or page.title, not";
  const message = `${problem} ${quoteTextForMessage(text.slice(from, to))}.`;
  return {
    type: "unreadable",
    from,
    to,
    fault: { code: "bad-template", message, from },
    ...(occurrence && /^[.[|]/.test(rest) ? { occurrence } : {}),
  };
}

interface VariableText {
  readonly name: string;
  readonly path: readonly string[];
  readonly from: number;
  readonly to: number;
}

// A step's name may contain spaces. A name ends at the delimiters of other syntaxes.
const NAME = /[^\s.[\]{}()|:;,'"`=<>+*/%!?&^~#@\\]+(?:[ \t]+[^\s.[\]{}()|:;,'"`=<>+*/%!?&^~#@\\]+)*/y;
const KEY = /\.([^.[\]{}|'"`+*=<>!]+)/y;
// Allows only one way to match each space, so that matching takes linear time.
const INDEX = /\[\s*(?:(\d+)|'([^']*)'|"([^"]*)")\s*\]|\[[^\]['"{}|]+\]/y;

/** Reads a variable such as `name.key[0]['key']` from `start`; `rest` is the remaining text. */
export function parseVariablePath(text: string, start = 0): { variable?: VariableText; rest: string } {
  NAME.lastIndex = start;
  const name = NAME.exec(text)?.[0];
  if (name === undefined || /^[-\d\s]+$/.test(name)) return { rest: text.slice(start).trim() };
  const path: string[] = [];
  let end = start + name.length;
  let isLiteral = true;
  for (let step = readPathStep(text, end); step; step = readPathStep(text, end)) {
    isLiteral &&= step.key !== undefined;
    if (isLiteral && step.key !== undefined) path.push(step.key);
    end = step.end;
  }
  return { variable: { name, path, from: start, to: start + name.length }, rest: text.slice(end).trim() };
}

function readPathStep(text: string, at: number): { key: string | undefined; end: number } | undefined {
  KEY.lastIndex = at;
  const key = KEY.exec(text);
  if (key?.[1] !== undefined && key[1].trim() !== "") return { key: key[1].trim(), end: KEY.lastIndex };
  INDEX.lastIndex = at;
  const index = INDEX.exec(text);
  return index ? { key: index[1] ?? index[2] ?? index[3], end: INDEX.lastIndex } : undefined;
}

/** Creates an occurrence in a template or name field. Both accept any new name; no local name can hide it. */
export function createTemplateOccurrence(
  variable: VariableText,
  offset: number,
  form: VariableOccurrence["form"],
): VariableOccurrence {
  const from = offset + variable.from;
  const to = offset + variable.to;
  return {
    name: variable.name,
    form,
    path: variable.path,
    from,
    to,
    respell: (name) => ({ from, to, text: name }),
  };
}
