import { NO_LIMIT, type TimeLimit } from "./time-limit.ts";
import { type Fault, type Occurrence, type TextReading, quote } from "./occurrence.ts";

/** One `{{ … }}` and what it says; `from`..`to` includes the braces. */
export type Template = { readonly from: number; readonly to: number } & (
  | { readonly type: "variable"; readonly occurrence: Occurrence }
  /** `{{secret:KEY}}`, `{{secrets.key}}`: reads no variable. */
  | { readonly type: "secret" }
  | { readonly type: "bad-secret"; readonly fault: Fault }
  /** Read as far as it goes, so that a rename does not pass it over. */
  | { readonly type: "unreadable"; readonly fault: Fault; readonly occurrence?: Occurrence }
  /** Doubled braces around a quoted string, as in escaped JSON: text like any other. */
  | { readonly type: "text" }
);

/** Variables and secrets in a text that is no code: prompts, addresses, headers. */
export function readTemplates(text: string, limit: TimeLimit = NO_LIMIT): TextReading {
  const templates = findTemplates(text, limit);
  return {
    readsAll: templates.some((template) => template.type === "unreadable" && !template.occurrence),
    occurrences: templates.flatMap((template) =>
      "occurrence" in template && template.occurrence ? [template.occurrence] : [],
    ),
    faults: templates.flatMap((template) => ("fault" in template ? [template.fault] : [])),
  };
}

const BRACES = /\{\{+|\}\}/g;

/** Every `{{`, closed or not, in one pass. Of `{{{x}}}` the outer braces are text. */
export function findTemplates(text: string, limit: TimeLimit = NO_LIMIT): readonly Template[] {
  const templates: Template[] = [];
  let open: number | undefined;
  const giveUp = () => {
    if (open !== undefined) templates.push(unclosed(open));
  };
  for (const { 0: braces, index } of text.matchAll(BRACES)) {
    limit.check();
    if (braces.startsWith("{")) {
      giveUp();
      open = index + braces.length - 2;
    } else if (open !== undefined) {
      templates.push(readTemplate(text, open, index + 2));
      open = undefined;
    }
  }
  giveUp();
  return templates;
}

function unclosed(from: number): Template {
  const message = "This “{{” is never closed: end the variable's name with “}}”.";
  return { type: "unreadable", from, to: from + 2, fault: { code: "bad-template", message, from } };
}

function readTemplate(text: string, from: number, to: number): Template {
  const content = text.slice(from + 2, to - 2);
  const [lead = "", prefix] = /^\s*(?:(secrets?|flow)\s*:\s*)?/.exec(content) ?? [];
  if (prefix === "secret") return { type: "secret", from, to };
  if (prefix === "secrets") {
    const message = `A secret is written {{secret:KEY}}, not ${quote(text.slice(from, to))}.`;
    return { type: "bad-secret", from, to, fault: { code: "bad-secret", message, from } };
  }
  if (/^["']/.test(content.slice(lead.length, lead.length + 1))) return { type: "text", from, to };
  const { variable, rest } = readVariable(content, lead.length);
  if (prefix === undefined && variable?.name === "secrets" && variable.path.length > 0) {
    return { type: "secret", from, to };
  }
  const occurrence = variable && occurrenceOf(variable, from + 2, prefix ? "explicit" : "template");
  if (rest === "" && occurrence) return { type: "variable", from, to, occurrence };
  const problem = rest.startsWith("|")
    ? "Filters such as this one work in template steps only"
    : "Between {{ and }} stands the name of a variable, such as page or page.title";
  const message = `${problem}, not ${quote(text.slice(from, to))}.`;
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

// A name may have blanks inside, since a step can be read by its name; what ends one are the signs of other syntaxes.
const WORD = "[^\\s.[\\]{}()|:;,'\"`=<>+*/%!?&^~#@\\\\]+";
const NAME = new RegExp(`${WORD}(?:[ \\t]+${WORD})*`, "y");
const KEY = /\.([^.[\]{}|'"`+*=<>!]+)/y;
// Blanks match in one way only: with two, a megabyte of them would never end.
const INDEX = /\[\s*(?:(\d+)|'([^']*)'|"([^"]*)")\s*\]|\[[^\]['"{}|]+\]/y;

/** Reads `name.key[0]['key']` from `start` on; `rest` is what comes after it, empty where it takes all of the text. */
export function readVariable(text: string, start = 0): { variable?: VariableText; rest: string } {
  NAME.lastIndex = start;
  const name = NAME.exec(text)?.[0];
  if (name === undefined || /^[-\d\s]+$/.test(name)) return { rest: text.slice(start).trim() };
  const path: string[] = [];
  let end = start + name.length;
  let isWrittenOut = true;
  for (let step = readPathStep(text, end); step; step = readPathStep(text, end)) {
    isWrittenOut &&= step.key !== undefined;
    if (isWrittenOut && step.key !== undefined) path.push(step.key);
    end = step.end;
  }
  return { variable: { name, path, from: start, to: start + name.length }, rest: text.slice(end).trim() };
}

/** `key` is undefined where the index is computed. */
function readPathStep(text: string, at: number): { key: string | undefined; end: number } | undefined {
  KEY.lastIndex = at;
  const key = KEY.exec(text);
  if (key?.[1] !== undefined && key[1].trim() !== "") return { key: key[1].trim(), end: KEY.lastIndex };
  INDEX.lastIndex = at;
  const index = INDEX.exec(text);
  return index ? { key: index[1] ?? index[2] ?? index[3], end: INDEX.lastIndex } : undefined;
}

/** Any name can stand in a template and in a field for a name: nothing there hides it. */
export function occurrenceOf(variable: VariableText, offset: number, form: Occurrence["form"]): Occurrence {
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
