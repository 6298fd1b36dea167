import { BRANCH_NAMES, type StepNode } from "#core/document/flow-document.ts";
import {
  type JsonObject,
  type JsonPath,
  type JsonValue,
  getJsonAtPath,
  isJsonObject,
} from "#core/json/json.ts";
import { createLineAndColumnFinder } from "#core/json/line-finder.ts";
import { getStepType } from "#core/document/step.ts";
import type { VariableOccurrence, TextReferences } from "./occurrence.ts";
import { memoizeStepFunction } from "./memoize-step-function.ts";
import { createTemplateOccurrence, readTemplateReferences, parseVariablePath } from "./read-templates.ts";
import type {
  ParsedLanguage,
  StepTypeReferenceFieldPaths,
  StepTypeLookup,
  StepTextParseFault,
  TextReaders,
} from "./reference.ts";
import { type ParseTimeLimit, ParseTimeLimitError, createParseTimeLimit } from "./time-limit.ts";

export interface StepTextsWithOccurrences {
  readonly texts: readonly StepTextWithOccurrences[];
  readonly readsAll: boolean;
}

export interface StepTextWithOccurrences {
  readonly at: JsonPath;
  readonly text: string;
  readonly occurrences: readonly VariableOccurrence[];
  readonly faults: readonly StepTextParseFault[];
}

const readAll = memoizeStepFunction((node, types) => readTexts(node, types));

/** Reads the texts of a step without nested steps. Cached, because changes of nested steps do not affect the result. */
export function readStepTexts(node: StepNode, types: StepTypeLookup): StepTextsWithOccurrences {
  return readAll(node, types);
}

type Format = "script" | "condition" | "liquid" | "variable";

interface SpecialPath {
  readonly path: JsonPath;
  readonly format: Format;
}

interface Visit {
  readonly value: JsonValue;
  readonly key: string | number;
  readonly parent: Visit | undefined;
  readonly depth: number;
  readonly special: readonly SpecialPath[];
  /** Undefined for plain text, which may contain templates. */
  readonly format: Format | undefined;
}

function readTexts(node: StepNode, types: StepTypeLookup): StepTextsWithOccurrences {
  const fields = types.referenceFields(getStepType(node));
  const config = node.fields["config"];
  const inputs = fields.liquidInputs?.map((path) => getJsonAtPath(config, path)).filter(isJsonObject) ?? [];
  const hidden = new Set(inputs.flatMap((map) => Object.keys(map)));
  const texts: StepTextWithOccurrences[] = [];
  let readsAll = fields.isUnknown ?? false;
  let faultsLeft = MAX_STEP_FAULTS;
  const hasSteps = visitTexts(node, fields, ({ text, at, format }) => {
    const reading = readInTime(text, types.now, (limit) =>
      readText(text, { format, language: languageOf(config, format, at), hidden, limit, types }),
    );
    readsAll ||= reading.readsAll ?? false;
    if (reading.occurrences.length === 0 && (reading.faults.length === 0 || faultsLeft === 0)) return;
    const placed = placeText(text, at(), reading, faultsLeft);
    faultsLeft -= placed.faults.length;
    texts.push(placed);
  });
  return { texts, readsAll: readsAll || hasSteps };
}

/** Lists the languages whose readers {@link readStepTexts} needs for the step, without nested steps. */
export const listParsedLanguages = memoizeStepFunction<readonly ParsedLanguage[]>((node, types) => {
  const languages = new Set<ParsedLanguage>();
  visitTexts(node, types.referenceFields(getStepType(node)), ({ text, at, format }) => {
    const language = parsedLanguageOf(text, format, languageOf(node.fields["config"], format, at));
    if (language !== undefined) languages.add(language);
  });
  return [...languages];
});

interface VisitedText {
  readonly text: string;
  readonly at: () => JsonPath;
  readonly format: Format | undefined;
}

/**
 * Visits the texts in field order, without recursion: a config can be nested deeper than the call stack allows.
 * Returns whether the config holds what looks like steps.
 */
function visitTexts(
  node: StepNode,
  fields: StepTypeReferenceFieldPaths,
  visitText: (text: VisitedText) => void,
): boolean {
  const config = node.fields["config"];
  const formats: readonly SpecialPath[] = [
    ...(fields.conditions ?? []).map((path) => ({ path, format: "condition" as const })),
    ...fields.scripts.map((path) => ({ path, format: "script" as const })),
    ...fields.liquid.map((path) => ({ path, format: "liquid" as const })),
    ...fields.variables.map((path) => ({ path, format: "variable" as const })),
  ];
  let hasSteps = false;
  const when = node.fields["when"];
  if (typeof when === "string") visitText({ text: when, at: () => ["when"], format: "condition" });
  if (config === undefined) return hasSteps;
  const open: Visit[] = [
    { value: config, key: "config", parent: undefined, depth: 0, special: formats, format: undefined },
  ];
  for (let visit = open.pop(); visit; visit = open.pop()) {
    const { value, special, depth, format } = visit;
    if (typeof value === "string") {
      if (format !== undefined || value.includes("{{"))
        visitText({ text: value, at: () => pathOf(visit), format });
    } else if (typeof value === "object" && value !== null) {
      hasSteps ||= depth > 0 && isLikeStep(value);
      for (const [key, inside] of entriesOf(value).toReversed()) {
        if (depth === 0 && node.branches && BRANCH_NAMES.some((branch) => branch === key)) continue;
        const remaining = special.filter(({ path }) => path[depth] === key);
        const own = remaining.find(({ path }) => path.length === depth + 1)?.format;
        const inherited = format === "liquid" ? format : undefined;
        open.push({
          value: inside,
          key,
          parent: visit,
          depth: depth + 1,
          special: remaining,
          format: own ?? inherited,
        });
      }
    }
  }
  return hasSteps;
}

/** Such as a step of a `loop`: its texts are not parsed as code, so it may read every variable. */
function isLikeStep(value: readonly JsonValue[] | JsonObject): boolean {
  return isJsonObject(value) && typeof value["type"] === "string" && isJsonObject(value["config"]);
}

function entriesOf(
  value: readonly JsonValue[] | JsonObject,
): readonly (readonly [string | number, JsonValue])[] {
  return isJsonObject(value) ? Object.entries(value) : value.map((item, index) => [index, item] as const);
}

function pathOf(visit: Visit): JsonPath {
  const path: (string | number)[] = [];
  for (let at: Visit | undefined = visit; at; at = at.parent) path.push(at.key);
  return path.toReversed();
}

const UNREAD: TextReferences = { occurrences: [], faults: [], readsAll: true };

function readInTime(
  text: string,
  now: (() => number) | undefined,
  read: (limit: ParseTimeLimit) => TextReferences,
): TextReferences {
  try {
    return read(createParseTimeLimit(text, now));
  } catch (error) {
    if (!(error instanceof ParseTimeLimitError)) throw error;
    const message = "Text is too long to check for variables.";
    return { ...UNREAD, faults: [{ code: "too-slow", message, from: 0 }] };
  }
}

interface TextOptions {
  readonly format: Format | undefined;
  readonly language: string;
  readonly hidden: ReadonlySet<string>;
  readonly limit: ParseTimeLimit;
  readonly types: { readonly readers: TextReaders };
}

const NOTHING: TextReferences = { occurrences: [], faults: [] };

function readText(text: string, { format, language, hidden, limit, types }: TextOptions): TextReferences {
  const parsed = parsedLanguageOf(text, format, language);
  switch (format) {
    case "condition":
    case "script": {
      if (!parsed) return isJavaScript(language) ? NOTHING : UNREAD;
      const reading = types.readers.script(text, limit, { isCondition: format === "condition" });
      // TypeScript is parsed as JavaScript; if that fails, its reads are unknown.
      const isUnknown = language === "typescript" && reading.faults.some(({ code }) => code === "bad-code");
      return isUnknown ? UNREAD : reading;
    }
    case "liquid":
      return parsed ? types.readers.liquid(text, hidden, limit) : NOTHING;
    case "variable":
      return text.includes("{{") ? readTemplateReferences(text, limit) : readBareName(text);
    case undefined:
      return readTemplateReferences(text, limit);
  }
}

/** Undefined for a text that is not parsed, or in which the parser would find nothing. */
function parsedLanguageOf(
  text: string,
  format: Format | undefined,
  language: string,
): ParsedLanguage | undefined {
  if (format === "liquid") return /\{[{%]/.test(text) ? "liquid" : undefined;
  return isJavaScript(language) && text.trim() !== "" ? "script" : undefined;
}

/** Scripts in other languages are not parsed. */
function isJavaScript(language: string): boolean {
  return language === "javascript" || language === "typescript";
}

/** In lower case, from the field `language` next to the script; a `when` condition is JavaScript. Empty for no script. */
function languageOf(config: JsonValue | undefined, format: Format | undefined, at: () => JsonPath): string {
  if (format !== "script" && format !== "condition") return "";
  const [field, ...path] = at();
  const language = field === "config" ? getJsonAtPath(config, [...path.slice(0, -1), "language"]) : undefined;
  return typeof language === "string" && language !== "" ? language.toLowerCase() : "javascript";
}

function readBareName(text: string): TextReferences {
  const { variable, rest } = parseVariablePath(text, text.length - text.trimStart().length);
  if (!variable || rest !== "") return { ...UNREAD, readsAll: text.trim() !== "" };
  return { occurrences: [createTemplateOccurrence(variable, 0, "variable")], faults: [] };
}

const MAX_TEXT_FAULTS = 100;
const MAX_STEP_FAULTS = 2000;

function placeText(
  text: string,
  at: JsonPath,
  reading: TextReferences,
  maxFaults: number,
): StepTextWithOccurrences {
  const find = createLineAndColumnFinder(text);
  const faults = reading.faults
    .slice(0, Math.min(MAX_TEXT_FAULTS, maxFaults))
    .map((fault) => ({ ...fault, at, ...find(fault.from) }));
  return { at, text, occurrences: reading.occurrences, faults };
}
