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
import { readLiquidReferences } from "./read-liquid.ts";
import { readScriptReferences } from "./read-script.ts";
import { memoizeStepFunction } from "./memoize-step-function.ts";
import { createTemplateOccurrence, readTemplateReferences, parseVariablePath } from "./read-templates.ts";
import type { StepTypeReferenceFieldPaths, StepTypeLookup, StepTextParseFault } from "./reference.ts";
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

/** Visits the texts in field order, without recursion: a config can be nested deeper than the call stack allows. */
function readTexts(node: StepNode, types: StepTypeLookup): StepTextsWithOccurrences {
  const fields: StepTypeReferenceFieldPaths = types.referenceFields(getStepType(node));
  const config = node.fields["config"];
  const formats: readonly SpecialPath[] = [
    ...(fields.conditions ?? []).map((path) => ({ path, format: "condition" as const })),
    ...fields.scripts.map((path) => ({ path, format: "script" as const })),
    ...fields.liquid.map((path) => ({ path, format: "liquid" as const })),
    ...fields.variables.map((path) => ({ path, format: "variable" as const })),
  ];
  const inputs = fields.liquidInputs?.map((path) => getJsonAtPath(config, path)).filter(isJsonObject) ?? [];
  const hidden = new Set(inputs.flatMap((map) => Object.keys(map)));
  const texts: StepTextWithOccurrences[] = [];
  let readsAll = fields.isUnknown ?? false;
  let faultsLeft = MAX_STEP_FAULTS;
  const read = (text: string, at: () => JsonPath, format: Format | undefined) => {
    const reading = readInTime(text, types.now, (limit) =>
      readText(text, {
        format,
        language: format === "script" || format === "condition" ? languageOf(config, at()) : "",
        hidden,
        limit,
      }),
    );
    readsAll ||= reading.readsAll ?? false;
    if (reading.occurrences.length === 0 && (reading.faults.length === 0 || faultsLeft === 0)) return;
    const placed = placeText(text, at(), reading, faultsLeft);
    faultsLeft -= placed.faults.length;
    texts.push(placed);
  };

  const when = node.fields["when"];
  if (typeof when === "string") read(when, () => ["when"], "condition");
  if (config === undefined) return { texts, readsAll };
  const open: Visit[] = [
    { value: config, key: "config", parent: undefined, depth: 0, special: formats, format: undefined },
  ];
  for (let visit = open.pop(); visit; visit = open.pop()) {
    const { value, special, depth, format } = visit;
    if (typeof value === "string") {
      if (format !== undefined || value.includes("{{")) read(value, () => pathOf(visit), format);
    } else if (typeof value === "object" && value !== null) {
      readsAll ||= depth > 0 && isLikeStep(value);
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
  return { texts, readsAll };
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
}

function readText(text: string, { format, language, hidden, limit }: TextOptions): TextReferences {
  switch (format) {
    case "condition":
    case "script": {
      const read = () => readScriptReferences(text, limit, { isCondition: format === "condition" });
      // Other languages are not parsed. TypeScript is parsed as JavaScript; if that fails, its reads are unknown.
      if (language === "javascript") return read();
      const reading = language === "typescript" ? read() : UNREAD;
      return reading.faults.some(({ code }) => code === "bad-code") ? UNREAD : reading;
    }
    case "liquid":
      return readLiquidReferences(text, hidden, limit);
    case "variable":
      return text.includes("{{") ? readTemplateReferences(text, limit) : readBareName(text);
    case undefined:
      return readTemplateReferences(text, limit);
  }
}

/** In lower case, from the field `language` next to the script; a `when` condition is JavaScript. */
function languageOf(config: JsonValue | undefined, [field, ...path]: JsonPath): string {
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
