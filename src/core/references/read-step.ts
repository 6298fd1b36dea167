import { BRANCHES, type StepNode } from "#core/flow-document.ts";
import { type JsonObject, type JsonPath, type JsonValue, getAtPath, isJsonObject } from "#core/json.ts";
import { createLineFinder } from "#core/line-finder.ts";
import { stepType } from "#core/step.ts";
import type { Occurrence, TextReading } from "./occurrence.ts";
import { readLiquid } from "./read-liquid.ts";
import { readScript } from "./read-script.ts";
import { rememberByTexts } from "./remember-by-texts.ts";
import { occurrenceOf, readTemplates, readVariable } from "./read-templates.ts";
import type { ReferenceFields, StepTypes, TextFault } from "./reference.ts";
import { type TimeLimit, TooSlow, limitTime } from "./time-limit.ts";

/** What the texts of one step say. */
export interface StepReading {
  /** Those that read variables or do not parse. */
  readonly texts: readonly TextOfStep[];
  readonly readsAll: boolean;
}

export interface TextOfStep {
  readonly at: JsonPath;
  readonly text: string;
  readonly occurrences: readonly Occurrence[];
  readonly faults: readonly TextFault[];
}

const readAll = rememberByTexts((node, types) => readTexts(node, types));

/**
 * Reads a step, without the steps inside it. Computed once per step as it is: what it says does not change when the
 * steps inside it do.
 */
export function readStep(node: StepNode, types: StepTypes): StepReading {
  return readAll(node, types);
}

type Format = "script" | "liquid" | "variable";

/** A path of the step type's description that may lead on from the value being visited. */
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
  /** Of the value itself, or of the map or list that holds it. */
  readonly format: Format | undefined;
}

/** Visits without recursion, in the order of the fields: a config may be nested deeper than a call stack. */
function readTexts(node: StepNode, types: StepTypes): StepReading {
  const fields: ReferenceFields = types.referenceFields(stepType(node));
  const config = node.fields["config"];
  const formats: readonly SpecialPath[] = [
    ...fields.scripts.map((path) => ({ path, format: "script" as const })),
    ...fields.liquid.map((path) => ({ path, format: "liquid" as const })),
    ...fields.variables.map((path) => ({ path, format: "variable" as const })),
  ];
  const inputs = fields.liquidInputs?.map((path) => getAtPath(config, path)).filter(isJsonObject) ?? [];
  const hidden = new Set(inputs.flatMap((map) => Object.keys(map)));
  const texts: TextOfStep[] = [];
  let readsAll = fields.isUnknown ?? false;
  const read = (text: string, at: JsonPath, format: Format | undefined) => {
    const reading = readInTime(text, types.now, (limit) =>
      readText(text, { format, language: languageOf(config, at), hidden, limit }),
    );
    readsAll ||= reading.readsAll ?? false;
    if (reading.occurrences.length > 0 || reading.faults.length > 0) texts.push(placeText(text, at, reading));
  };

  const when = node.fields["when"];
  if (typeof when === "string") read(when, ["when"], "script");
  if (config === undefined) return { texts, readsAll };
  const open: Visit[] = [
    { value: config, key: "config", parent: undefined, depth: 0, special: formats, format: undefined },
  ];
  for (let visit = open.pop(); visit; visit = open.pop()) {
    const { value, special, depth, format } = visit;
    if (typeof value === "string") {
      if (format !== undefined || value.includes("{{")) read(value, pathOf(visit), format);
    } else if (typeof value === "object" && value !== null) {
      readsAll ||= depth > 0 && isLikeStep(value);
      for (const [key, inside] of entriesOf(value).toReversed()) {
        if (depth === 0 && node.branches && BRANCHES.some((branch) => branch === key)) continue;
        const onward = special.filter(({ path }) => path[depth] === key);
        const own = onward.find(({ path }) => path.length === depth + 1)?.format;
        const inherited = format === "liquid" ? format : undefined;
        open.push({
          value: inside,
          key,
          parent: visit,
          depth: depth + 1,
          special: onward,
          format: own ?? inherited,
        });
      }
    }
  }
  return { texts, readsAll };
}

/** A step in a list that is no branch, as in a `loop`: its code is not read. */
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

/** A text that reads nobody knows what. */
const UNREAD: TextReading = { occurrences: [], faults: [], readsAll: true };

function readInTime(
  text: string,
  now: (() => number) | undefined,
  read: (limit: TimeLimit) => TextReading,
): TextReading {
  try {
    return read(limitTime(text, now));
  } catch (error) {
    if (!(error instanceof TooSlow)) throw error;
    const message = "This text takes too long to be read, so what it reads is not known.";
    return { ...UNREAD, faults: [{ code: "too-slow", message, from: 0 }] };
  }
}

interface TextOptions {
  readonly format: Format | undefined;
  readonly language: string;
  readonly hidden: ReadonlySet<string>;
  readonly limit: TimeLimit;
}

function readText(text: string, { format, language, hidden, limit }: TextOptions): TextReading {
  switch (format) {
    case "script": {
      // Other languages are not guessed at; TypeScript is read where it is JavaScript as well.
      if (language === "javascript") return readScript(text, limit);
      const reading = language === "typescript" ? readScript(text, limit) : UNREAD;
      return reading.faults.some(({ code }) => code === "bad-code") ? UNREAD : reading;
    }
    case "liquid":
      return readLiquid(text, hidden, limit);
    case "variable":
      return text.includes("{{") ? readTemplates(text, limit) : readBareName(text);
    case undefined:
      return readTemplates(text, limit);
  }
}

/** What a script is written in: its neighbour `language` says so. `when` is always JavaScript. */
function languageOf(config: JsonValue | undefined, [field, ...path]: JsonPath): string {
  const language = field === "config" ? getAtPath(config, [...path.slice(0, -1), "language"]) : undefined;
  return typeof language === "string" && language !== "" ? language.toLowerCase() : "javascript";
}

function readBareName(text: string): TextReading {
  const { variable, rest } = readVariable(text, text.length - text.trimStart().length);
  if (!variable || rest !== "") return { ...UNREAD, readsAll: text.trim() !== "" };
  return { occurrences: [occurrenceOf(variable, 0, "variable")], faults: [] };
}

/** More in one text help nobody. */
const MAX_FAULTS = 100;

function placeText(text: string, at: JsonPath, reading: TextReading): TextOfStep {
  const find = createLineFinder(text);
  const faults = reading.faults.slice(0, MAX_FAULTS).map((fault) => ({ ...fault, at, ...find(fault.from) }));
  return { at, text, occurrences: reading.occurrences, faults };
}
