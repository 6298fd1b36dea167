import { stepTypeLookup } from "#contract/step-descriptions/step-type-lookup.ts";
import { parseFlowDocument } from "#core/document/flow-document.ts";
import { describeJsonStructure } from "#core/document/describe-json-structure.ts";
import { type JsonObject, parseJson } from "#core/json/json.ts";
import { readLiquidReferences } from "#core/references/read-liquid.ts";
import { readStepReferences } from "#core/references/read-step-references.ts";
import { ParseTimeLimitError, createParseTimeLimit } from "#core/references/time-limit.ts";
import type { StepTextNames } from "#server/flows/step-index/index-entry.ts";
import { type JsonSize, measureJsonSize } from "#core/json/json-size.ts";
import { findNamesInStepTexts } from "#server/flows/step-index/find-names-in-step-texts.ts";
import { validateFlow } from "#server/flows/validate-flow.ts";
import {
  type ScriptSyntaxOfEachTemplate,
  findSyntaxAroundTemplates,
} from "#core/references/find-script-templates.ts";

export interface VariableNameAndPath {
  readonly name: string;
  readonly path: readonly string[];
}

export interface NormalizedJson {
  /** The value as `JSON.stringify` writes it; undefined if the text is the same. */
  readonly json: string | undefined;
  readonly size: JsonSize;
  readonly structure: JsonObject;
}

/** Jobs that parse users' texts, by name. Inputs and results are structured-cloneable. */
export interface UserTextParsingJobHandlers {
  readonly validate: (job: {
    readonly bodyText: string;
    readonly extras: boolean;
    readonly extraStepTypes: readonly string[];
    readonly isAuthenticated: boolean;
  }) => string;
  readonly findEnclosingSyntax: (job: { readonly code: string }) => ScriptSyntaxOfEachTemplate;
  /** Returns the variables that a Liquid template reads, except its local variables and the names in `hidden`. */
  readonly readLiquid: (job: {
    readonly text: string;
    readonly hidden: readonly string[];
  }) => readonly VariableNameAndPath[];
  readonly readStep: (job: { readonly step: JsonObject }) => readonly string[];
  /** Parses and rewrites a JSON text of at most `maxValues` values. */
  readonly normalizeJson: (job: {
    readonly text: string;
    readonly maxValues: number;
  }) => NormalizedJson | "invalid" | "too-many-values";
  readonly readTextNames: (job: { readonly stepsText: string }) => readonly StepTextNames[];
}

export type UserTextParsingJobName = keyof UserTextParsingJobHandlers;

export const userTextParsingJobHandlers: UserTextParsingJobHandlers = {
  validate: ({ bodyText, ...rest }) => {
    const body = JSON.parse(bodyText) as JsonObject;
    return JSON.stringify(validateFlow(rest, { ...rest, bodyText, body }));
  },
  findEnclosingSyntax: ({ code }) => findSyntaxAroundTemplates(code),
  readLiquid: ({ text, hidden }) => {
    const { occurrences } = readLiquidReferences(text, new Set(hidden), createParseTimeLimit(text, Date.now));
    const others = occurrences.filter(({ form, mayBeLocal }) => form === "liquid" && !mayBeLocal);
    return others.map(({ name, path }) => ({ name, path }));
  },
  readStep: ({ step }) => {
    const [node] = parseFlowDocument({ name: "", flowSteps: [step] }).steps;
    const reads = node ? readStepReferences(node, stepTypeLookup).reads : [];
    return [...new Set(reads.map(({ name }) => name))];
  },
  normalizeJson: ({ text, maxValues }) => {
    // The values of a short text may not fit into memory. Only lists and objects have many values.
    if (/^\s*[[{]/.test(text) && measureJsonSize(text).values > maxValues) return "too-many-values";
    const value = parseJson(text);
    if (value === undefined) return "invalid";
    const json = JSON.stringify(value);
    return {
      json: json === text ? undefined : json,
      size: measureJsonSize(json),
      structure: describeJsonStructure(value),
    };
  },
  readTextNames: ({ stepsText }) => findNamesInStepTexts(JSON.parse(stepsText) as readonly JsonObject[]),
};

export type UserTextParsingJobResult =
  | { readonly type: "done"; readonly result: unknown; readonly mustReplaceThread?: false }
  | { readonly type: "slow"; readonly mustReplaceThread?: false };

export function runTextJob(name: UserTextParsingJobName, job: never): UserTextParsingJobResult {
  try {
    return { type: "done", result: userTextParsingJobHandlers[name](job) };
  } catch (error) {
    if (error instanceof ParseTimeLimitError) return { type: "slow" };
    throw error;
  }
}
