import { FLOW_LIMITS } from "#contract/flow.ts";
import type { EditedFlow } from "#core/adopt-flow.ts";
import type { FlowDocument } from "#core/flow-document.ts";
import { type JsonPath, type JsonValue, isJsonObject } from "#core/json.ts";
import { findJsonPlaces } from "#core/json-places.ts";
import { findJsonFault } from "#core/json-text.ts";
import { createLineFinder, lineAndColumn } from "#core/line-finder.ts";
import { scanJson } from "#core/scan-json.ts";
import { checkFlowSteps } from "./check-flow-steps.ts";

/** What is wrong with a flow's JSON, and where. A warning does not keep it from being applied. */
export interface FlowTextProblem {
  readonly severity: "error" | "warning";
  readonly message: string;
  /** In UTF-16 units. */
  readonly from: number;
  readonly to: number;
  /** Both from 1. */
  readonly line: number;
  readonly column: number;
}

export interface FlowReading {
  /** Undefined while something keeps the text from being a flow. */
  readonly flow: EditedFlow | undefined;
  /** At most {@link MAX_PROBLEMS}: errors first, then as they stand in the text. */
  readonly problems: readonly FlowTextProblem[];
  readonly moreProblems: number;
}

/** A problem of what the text says, at a path into it. */
export interface PlacedProblem extends Pick<FlowTextProblem, "severity" | "message"> {
  readonly path: JsonPath;
}

const MAX_PROBLEMS = 50;

/** Reads what was typed as the JSON of a flow. What `document` holds already is never an error, only what is new. */
export function readFlowText(text: string, document: FlowDocument): FlowReading {
  const parts = readInParts(text, document);
  for (;;) {
    const part = parts.next();
    if (part.done === true) return part.value;
  }
}

/** Reads in parts that take about as long each, so that whoever types a long text need not wait for all of them. */
export function* readInParts(text: string, document: FlowDocument): Generator<void, FlowReading> {
  let value: JsonValue;
  try {
    value = JSON.parse(text) as JsonValue;
  } catch {
    return { flow: undefined, problems: [findSyntaxProblem(text)], moreProblems: 0 };
  }
  yield;
  const fault = findJsonFault(text, value);
  yield;
  const found: readonly PlacedProblem[] = [
    ...(fault ? [{ severity: "error", message: fault.message, path: fault.path } as const] : []),
    // What is nested without end is not walked through.
    ...(fault?.code === "TOO_DEEP" ? [] : checkFlow(value, text, document)),
  ];
  yield;
  const sorted = found.toSorted((a, b) => a.severity.localeCompare(b.severity));
  return {
    flow: found.some(({ severity }) => severity === "error") ? undefined : (value as unknown as EditedFlow),
    problems: placeProblems(text, sorted.slice(0, MAX_PROBLEMS)),
    moreProblems: Math.max(0, sorted.length - MAX_PROBLEMS),
  };
}

function checkFlow(value: JsonValue, text: string, document: FlowDocument): readonly PlacedProblem[] {
  const error = (message: string, ...path: JsonPath): PlacedProblem => ({ severity: "error", message, path });
  if (!isJsonObject(value)) return [error("A flow is an object: { “name”: …, “flowSteps”: [ … ] }.")];
  const { name, description, flowSteps, ...others } = value;
  const problems: PlacedProblem[] = [];
  if (name === undefined) problems.push(error("The flow has no “name”."));
  else if (typeof name !== "string") problems.push(error("The flow's “name” is a text.", "name"));
  else if (name.trim() === "") problems.push(error("A flow needs a name.", "name"));
  else if (name.length > FLOW_LIMITS.name) {
    const message = `The flow's name has ${name.length} characters; ${FLOW_LIMITS.name} at most are kept.`;
    problems.push(error(message, "name"));
  }
  if (description !== undefined && description !== null && typeof description !== "string")
    problems.push(error("The flow's “description” is a text or null.", "description"));
  for (const other of Object.keys(others)) {
    const message = `“${other}” is not edited here, so it is left out. A flow's JSON has a name, a description and flowSteps.`;
    problems.push({ severity: "warning", message, path: [other] });
  }
  if (flowSteps === undefined) problems.push(error("The flow has no “flowSteps”: the list of its steps."));
  else if (!Array.isArray(flowSteps)) problems.push(error("“flowSteps” is a list of steps.", "flowSteps"));
  else problems.push(...checkFlowSteps(flowSteps, document));
  const bytes = countBytes(text, value);
  if (bytes > FLOW_LIMITS.bytes) {
    const size = (bytes / 1024 / 1024).toFixed(2);
    problems.push(error(`This flow takes ${size} MiB; a flow may take 2 MiB at most.`));
  }
  return problems;
}

/** What a save would send; measured only where it can be too much, since a UTF-16 unit takes three bytes at most. */
function countBytes(text: string, value: JsonValue): number {
  if (text.length * 3 <= FLOW_LIMITS.bytes) return 0;
  return new TextEncoder().encode(JSON.stringify(value)).length;
}

function placeProblems(text: string, problems: readonly PlacedProblem[]): readonly FlowTextProblem[] {
  const places = findJsonPlaces(
    text,
    problems.map(({ path }) => path),
  );
  const placed = problems.map(({ severity, message }, index) => {
    const { from, to } = places[index] ?? { from: 0, to: 1 };
    // An object or a list is marked by its first bracket: a whole step underlined says nothing.
    return { severity, message, from, to: /[{[]/.test(text.charAt(from)) ? from + 1 : to };
  });
  const lineOf = createLineFinder(text);
  return placed
    .toSorted((a, b) => a.from - b.from)
    .map((problem) => ({ ...problem, ...lineOf(problem.from) }))
    .toSorted((a, b) => a.severity.localeCompare(b.severity));
}

function findSyntaxProblem(text: string): FlowTextProblem {
  const scan = scanJson(text, 0);
  const isFault = scan.type === "fault";
  const from = isFault ? scan.offset : scan.end + Math.max(0, text.slice(scan.end).search(/\S/));
  const message = isFault ? scan.message : "The JSON ends before this text.";
  return { severity: "error", message, from, to: from + 1, ...lineAndColumn(text, from) };
}
