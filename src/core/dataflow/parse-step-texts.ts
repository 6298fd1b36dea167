import {
  BRANCH_NAMES,
  type FlowDocument,
  type StepKey,
  type StepNode,
} from "#core/document/flow-document.ts";
import { type JsonObject, type JsonValue, isJsonObject } from "#core/json/json.ts";
import { readStepReferences } from "#core/references/read-step-references.ts";
import type { StepConfigFault, StepReferencesAndFaults, StepTypeLookup } from "#core/references/reference.ts";
import { getLocationsOfAllSteps } from "#core/document/step-list.ts";
import { findStepConfigFaults } from "./find-step-problems.ts";

// Inputs and results must be plain data, because `postMessage` cannot send functions.

export interface StepParseInput {
  /** The step's fields without `id`, `name` and nested steps. */
  readonly fields: JsonObject;
  readonly isConditional: boolean;
}

export interface StepParseResult {
  readonly references: StepReferencesAndFaults;
  readonly misfits: readonly StepConfigFault[];
}

export function listUnparsedSteps(document: FlowDocument, types: StepTypeLookup): readonly StepNode[] {
  const unread: StepNode[] = [];
  for (const { node } of getLocationsOfAllSteps(document).values()) {
    if (readStepReferences.peek(node, types) === undefined) unread.push(node);
  }
  return unread;
}

export function toStepParseInput({ fields, branches }: StepNode): StepParseInput {
  const { type = null, when = null, config } = fields;
  const own =
    branches && isJsonObject(config)
      ? Object.fromEntries(Object.entries(config).filter(([key]) => !isBranch(key)))
      : config;
  return {
    fields: { type, when, ...(own !== undefined && { config: own }) },
    isConditional: branches !== undefined,
  };
}

export function parseStepTexts(
  { fields, isConditional }: StepParseInput,
  types: StepTypeLookup,
): StepParseResult {
  const branches = { trueSteps: undefined, falseSteps: undefined };
  const node: StepNode = { key: "" as StepKey, fields, ...(isConditional && { branches }) };
  return { references: readStepReferences(node, types), misfits: findStepConfigFaults(node, types) };
}

export function cacheStepParseResult(
  node: StepNode,
  { references, misfits }: StepParseResult,
  types: StepTypeLookup,
): void {
  readStepReferences.prime(node, types, references);
  findStepConfigFaults.prime(node, types, misfits);
}

/** Counts the UTF-16 units of the step's own texts, as an estimate of the parsing time. */
export function countStepTextCodeUnits(node: StepNode): number {
  let codeUnits = 0;
  const { config = null, when = null } = node.fields;
  const open: JsonValue[] = [when];
  if (node.branches && isJsonObject(config)) {
    for (const [key, value] of Object.entries(config)) if (!isBranch(key)) open.push(value);
  } else open.push(config);
  for (let value = open.pop(); value !== undefined; value = open.pop()) {
    if (typeof value === "string") codeUnits += value.length;
    else if (typeof value === "object" && value !== null)
      for (const inside of Object.values(value)) open.push(inside);
  }
  return codeUnits;
}

function isBranch(key: string): boolean {
  return BRANCH_NAMES.some((branch) => branch === key);
}
