import { FLOW_LIMITS, stepInRequestBodySchema } from "#contract/flow.ts";
import type { EditedFlowJson } from "#core/document/apply-edited-flow-json.ts";
import { type FlowDocument, BRANCH_NAMES } from "#core/document/flow-document.ts";
import {
  type JsonPath,
  type JsonValue,
  type JsonObject,
  isJsonObject,
  isEqualJson,
} from "#core/json/json.ts";
import { findJsonValueOffsets } from "#core/json/json-places.ts";
import { findUnstorableJsonValue } from "#core/json/unstorable-json-value.ts";
import { createLineAndColumnFinder, findLineAndColumn } from "#core/json/line-finder.ts";
import { scanJsonValue } from "#core/json/scan-json.ts";
import { type $ZodIssue, safeParse } from "zod/v4/core";
import { findStepType } from "#contract/find-step-type.ts";
import { findStepStructureFaults, countStepsInJson } from "#core/document/step-structure-faults.ts";
import { convertStepToJson } from "#core/document/format-flow.ts";
import { getLocationsOfAllSteps } from "#core/document/step-list.ts";
import { quoteName, quoteValue } from "#core/text/quote-name.ts";

export interface FlowJsonProblem {
  readonly severity: "error" | "warning";
  readonly message: string;
  /** Range of the problem in UTF-16 code units. */
  readonly from: number;
  readonly to: number;
  /** Line and column are 1-based. */
  readonly line: number;
  readonly column: number;
}

export interface FlowJsonParseResult {
  readonly flow: EditedFlowJson | undefined;
  /** At most {@link MAX_PROBLEMS}: errors first, then in text order. */
  readonly problems: readonly FlowJsonProblem[];
  readonly moreProblems: number;
}

export interface JsonProblemAtPath extends Pick<FlowJsonProblem, "severity" | "message"> {
  readonly path: JsonPath;
}

const MAX_PROBLEMS = 50;

/** Parses and validates the JSON text of a flow. Steps that are unchanged from `document` are not validated. */
export function parseFlowJson(text: string, document: FlowDocument): FlowJsonParseResult {
  const parts = parseFlowJsonIncrementally(text, document);
  for (;;) {
    const part = parts.next();
    if (part.done === true) return part.value;
  }
}

/** Yields between parts of similar duration, so that a long text does not block typing. */
export function* parseFlowJsonIncrementally(
  text: string,
  document: FlowDocument,
): Generator<void, FlowJsonParseResult> {
  let value: JsonValue;
  try {
    value = JSON.parse(text) as JsonValue;
  } catch {
    return { flow: undefined, problems: [findSyntaxProblem(text)], moreProblems: 0 };
  }
  yield;
  const fault = findUnstorableJsonValue(text, value);
  yield;
  const found: readonly JsonProblemAtPath[] = [
    ...(fault ? [{ severity: "error", message: fault.message, path: fault.path } as const] : []),
    ...(fault?.code === "TOO_DEEP" ? [] : checkFlow(value, text, document)),
  ];
  yield;
  const sorted = found.toSorted((a, b) => a.severity.localeCompare(b.severity));
  return {
    flow: found.some(({ severity }) => severity === "error")
      ? undefined
      : (value as unknown as EditedFlowJson),
    problems: placeProblems(text, sorted.slice(0, MAX_PROBLEMS)),
    moreProblems: Math.max(0, sorted.length - MAX_PROBLEMS),
  };
}

function checkFlow(value: JsonValue, text: string, document: FlowDocument): readonly JsonProblemAtPath[] {
  const error = (message: string, ...path: JsonPath): JsonProblemAtPath => ({
    severity: "error",
    message,
    path,
  });
  if (!isJsonObject(value)) return [error("A flow must be an object: { “name”: …, “flowSteps”: [ … ] }.")];
  const { name, description, flowSteps, ...others } = value;
  const problems: JsonProblemAtPath[] = [];
  if (name === undefined) problems.push(error("“name” is required."));
  else if (typeof name !== "string") problems.push(error("“name” must be a string.", "name"));
  else if (name.trim() === "") problems.push(error("“name” can’t be empty.", "name"));
  else if (name.length > FLOW_LIMITS.name) {
    const message = `“name” is limited to ${FLOW_LIMITS.name} characters.`;
    problems.push(error(message, "name"));
  }
  if (description !== undefined && description !== null && typeof description !== "string")
    problems.push(error("“description” must be a string or null.", "description"));
  for (const other of Object.keys(others)) {
    const message = `${quoteValue(other)} is ignored. Only name, description and flowSteps can be edited.`;
    problems.push({ severity: "warning", message, path: [other] });
  }
  if (flowSteps === undefined) problems.push(error("“flowSteps” is required."));
  else if (!Array.isArray(flowSteps)) problems.push(error("“flowSteps” must be an array.", "flowSteps"));
  else problems.push(...checkFlowSteps(flowSteps, document));
  const bytes = countBytes(text, value);
  if (bytes > FLOW_LIMITS.bytes) {
    const size = (bytes / 1024 / 1024).toFixed(2);
    problems.push(error(`Flows are limited to 2 MiB. This flow has ${size} MiB.`));
  }
  return problems;
}

/** 0 if the text cannot exceed the limit even at three bytes per UTF-16 code unit. */
function countBytes(text: string, value: JsonValue): number {
  if (text.length * 3 <= FLOW_LIMITS.bytes) return 0;
  return new TextEncoder().encode(JSON.stringify(value)).length;
}

function placeProblems(text: string, problems: readonly JsonProblemAtPath[]): readonly FlowJsonProblem[] {
  const places = findJsonValueOffsets(
    text,
    problems.map(({ path }) => path),
  );
  const placed = problems.map(({ severity, message }, index) => {
    const { from, to } = places[index] ?? { from: 0, to: 1 };
    return { severity, message, from, to: /[{[]/.test(text.charAt(from)) ? from + 1 : to };
  });
  const lineOf = createLineAndColumnFinder(text);
  return placed
    .toSorted((a, b) => a.from - b.from)
    .map((problem) => ({ ...problem, ...lineOf(problem.from) }))
    .toSorted((a, b) => a.severity.localeCompare(b.severity));
}

function findSyntaxProblem(text: string): FlowJsonProblem {
  const scan = scanJsonValue(text, 0);
  const isFault = scan.type === "fault";
  const from = isFault ? scan.offset : scan.end + Math.max(0, text.slice(scan.end).search(/\S/));
  const message = isFault ? scan.message : "Unexpected text after the JSON.";
  return { severity: "error", message, from, to: from + 1, ...findLineAndColumn(text, from) };
}

interface FoundStep {
  readonly step: JsonObject;
  readonly path: JsonPath;
  /** Shown to the user, for example “Step 3 › then › 1”. */
  readonly place: string;
}

/** Skips steps that are unchanged from `document`: their errors must not block editing. */
function checkFlowSteps(values: readonly JsonValue[], document: FlowDocument): readonly JsonProblemAtPath[] {
  const count = countStepsInJson(values);
  if (count > FLOW_LIMITS.steps) {
    const message = `Flows are limited to ${FLOW_LIMITS.steps.toLocaleString("en-GB")} steps, including nested ones. This flow has ${count.toLocaleString("en-GB")}.`;
    return [{ severity: "error", message, path: ["flowSteps"] }];
  }
  const steps: FoundStep[] = [];
  collectSteps(values, ["flowSteps"], "Step", steps);
  const named = new Map(steps.map((found) => [found.path.join("."), found]));
  const isAsBefore = createComparison(document);
  const shapeFaults = values.flatMap((value, index) => findStepStructureFaults(value, ["flowSteps", index]));
  const problems = shapeFaults.flatMap(({ message, path }): readonly JsonProblemAtPath[] => {
    const found = findHolder(named, path);
    if (found && isAsBefore(found.step)) return [];
    return [{ severity: "error", message: found ? `${nameStep(found)}: ${message}` : message, path }];
  });
  for (const found of steps)
    if (!isAsBefore(found.step)) problems.push(...checkFields(found), ...checkType(found));
  return [...problems, ...checkIds(steps, isAsBefore)];
}

function collectSteps(values: readonly JsonValue[], path: JsonPath, place: string, into: FoundStep[]): void {
  values.forEach((step, index) => {
    if (!isJsonObject(step)) return;
    const own = `${place} ${index + 1}`;
    const at = [...path, index];
    into.push({ step, path: at, place: own });
    const { type, config } = step;
    if (type !== "conditional" || !isJsonObject(config)) return;
    for (const branch of BRANCH_NAMES) {
      const inside = Object.hasOwn(config, branch) ? config[branch] : undefined;
      const name = branch === "trueSteps" ? "then" : "else";
      if (Array.isArray(inside)) collectSteps(inside, [...at, "config", branch], `${own} › ${name} ›`, into);
    }
  });
}

function findHolder(steps: ReadonlyMap<string, FoundStep>, path: JsonPath): FoundStep | undefined {
  for (let length = path.length; length > 0; length -= 1) {
    const found = steps.get(path.slice(0, length).join("."));
    if (found) return found;
  }
  return undefined;
}

function nameStep({ step, place }: FoundStep): string {
  const { name } = step;
  return typeof name === "string" && name.trim() !== "" ? `${place}, ${quoteName(name)}` : place;
}

function checkFields(found: FoundStep): readonly JsonProblemAtPath[] {
  const result = safeParse(stepInRequestBodySchema, found.step);
  if (result.success) return [];
  return result.error.issues.flatMap((issue) => {
    const [field] = issue.path;
    if (typeof field !== "string" || field === "type") return [];
    const path = Object.hasOwn(found.step, field) ? [...found.path, field] : found.path;
    return [{ severity: "error", message: `${nameStep(found)}: ${wordIssue(field, issue)}`, path }];
  });
}

function wordIssue(field: string, issue: $ZodIssue): string {
  switch (field) {
    case "name":
      return "“name” is required.";
    case "id":
      return "“id” must have 1 to 128 letters, digits or _ - : .";
    case "order":
      return "“order” must be an integer of 0 or more. Omit to use the list order.";
    case "enabled":
      return "“enabled” must be true or false.";
    case "when":
      return issue.code === "too_big"
        ? `“when” is limited to ${FLOW_LIMITS.when} characters.`
        : "“when” must be a string.";
    case "config":
      return "“config” must be an object: { … }.";
    default:
      return `“${field}” is invalid.`;
  }
}

function checkType(found: FoundStep): readonly JsonProblemAtPath[] {
  const { type } = found.step;
  if (typeof type !== "string" || type.trim() === "" || findStepType(type)) return [];
  const message = `${nameStep(found)}: unknown type ${quoteValue(type)}. The server may reject the step.`;
  return [{ severity: "warning", message, path: [...found.path, "type"] }];
}

function checkIds(
  steps: readonly FoundStep[],
  isAsBefore: (step: JsonObject) => boolean,
): readonly JsonProblemAtPath[] {
  const first = new Map<string, FoundStep>();
  return steps.flatMap((found): readonly JsonProblemAtPath[] => {
    const { id } = found.step;
    if (typeof id !== "string") return [];
    const other = first.get(id);
    if (!other) {
      first.set(id, found);
      return [];
    }
    // The flow had this duplicate before the edit. Equal steps are a copy that the user made in the text.
    if (isAsBefore(found.step) && isAsBefore(other.step) && !isEqualJson(found.step, other.step)) return [];
    const message = `${nameStep(found)}: “id” ${quoteValue(id)} is already used by ${nameStep(other)}. Remove “id” to generate a new one.`;
    return [{ severity: "error", message, path: [...found.path, "id"] }];
  });
}

/** Cached by document, because documents are immutable and the text is parsed after each pause in typing. */
const knownSteps = new WeakMap<FlowDocument, ReadonlyMap<string, readonly JsonObject[]>>();

function createComparison(document: FlowDocument): (step: JsonObject) => boolean {
  const known = knownSteps.get(document) ?? groupSteps(document);
  knownSteps.set(document, known);
  return (step) => known.get(signatureOf(step))?.some((before) => isEqualJson(before, step)) ?? false;
}

function groupSteps(document: FlowDocument): ReadonlyMap<string, readonly JsonObject[]> {
  const known = new Map<string, JsonObject[]>();
  for (const { node } of getLocationsOfAllSteps(document).values()) {
    const step = convertStepToJson(node);
    const similarSteps = known.get(signatureOf(step));
    if (similarSteps) similarSteps.push(step);
    else known.set(signatureOf(step), [step]);
  }
  return known;
}

function signatureOf({ id, type, name }: JsonObject): string {
  return JSON.stringify([id, type, name]);
}
