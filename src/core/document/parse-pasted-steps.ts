import {
  type StepStructureFault,
  findStepStructureFaults,
  countStepsInJson,
} from "./step-structure-faults.ts";
import { type JsonObject, type JsonPath, type JsonValue, isJsonObject } from "#core/json/json.ts";
import { findJsonValueOffsets } from "#core/json/json-places.ts";
import { findUnstorableJsonValue } from "#core/json/unstorable-json-value.ts";
import { findLineAndColumn } from "#core/json/line-finder.ts";
import { type JsonSyntaxFault, scanJsonValue } from "#core/json/scan-json.ts";
import { sortStepsByOrderProperty } from "./step-order.ts";
import { formatCountWithNoun, formatCountInEnglish } from "#core/text/format-count.ts";

export interface PasteRefusalReason {
  readonly message: string;
  readonly line?: number;
  readonly column?: number;
}

export type PastedStepsParseResult =
  | { readonly type: "steps"; readonly steps: readonly JsonObject[] }
  | { readonly type: "refused"; readonly reasons: readonly PasteRefusalReason[] };

const MAX_REASONS = 20;

/** As JSON, in a fenced block or within prose. All steps or none, and at most `room`. Never throws. */
export function parsePastedSteps(text: string, room: number): PastedStepsParseResult {
  if (text.trim() === "") return refuse({ message: "Nothing to paste." });
  let missing = NO_JSON;
  for (const block of findBlocks(text)) {
    for (let at = findStart(text, block); at !== undefined;) {
      const run = readRun(text, at, block.to);
      if (run.type === "fault")
        return refuse({ message: run.message, ...findLineAndColumn(text, run.offset) });
      const found = run.pieces.flatMap(({ value }) => findSteps(value) ?? []);
      if (found.some(({ values }) => values.length > 0)) return toStepsOrRefusal(text, run.pieces, room);
      // Reports an empty list only if the text has no steps: `[]` in prose is rarely an empty list of steps.
      if (found.length > 0) missing = EMPTY;
      else if (missing === NO_JSON) missing = NO_STEPS;
      at = findOpening(text, run.end, block.to);
    }
  }
  return refuse({ message: missing });
}

/** Counts the steps first, because reporting the errors of a million steps takes seconds. */
function toStepsOrRefusal(text: string, pieces: readonly Piece[], room: number): PastedStepsParseResult {
  const found = pieces.map((piece) => ({ piece, ...(findSteps(piece.value) ?? asOneStep(piece.value)) }));
  const count = found.reduce((sum, { values }) => sum + countStepsInJson(values), 0);
  if (count > room) return refuse({ message: describeRoom(count, room) });
  const reasons = found.flatMap(({ piece, values, pathTo }) => {
    const fault = findUnstorableJsonValue(piece.text, piece.value);
    const faults = values.flatMap((value, index) => findStepStructureFaults(value, pathTo(index)));
    return placeFaults(text, piece, fault ? [fault, ...faults] : faults);
  });
  if (reasons.length > 0) return refuse(...reasons);
  return {
    type: "steps",
    steps: found.flatMap(({ values }) => sortStepsByOrderProperty(values.filter(isJsonObject))),
  };
}

/** Adds line and column to the errors that are shown. Finding the position of every error would be slow. */
function placeFaults(
  text: string,
  { from, text: own }: Piece,
  faults: readonly StepStructureFault[],
): readonly PasteRefusalReason[] {
  const shown = faults.slice(0, MAX_REASONS);
  const places = findJsonValueOffsets(
    own,
    shown.map(({ path }) => path),
  );
  return faults.map(({ message }, index) => {
    const place = places[index];
    return place ? { message, ...findLineAndColumn(text, from + place.from) } : { message };
  });
}

function describeRoom(count: number, room: number): string {
  const left = formatCountInEnglish(Math.max(0, room));
  const steps = formatCountWithNoun(count, "step");
  return `Can’t paste ${steps}: this flow has room for ${left} more.`;
}

function refuse(...reasons: readonly PasteRefusalReason[]): PastedStepsParseResult {
  const shown = reasons.slice(0, MAX_REASONS);
  const rest = reasons.length - shown.length;
  return { type: "refused", reasons: rest === 0 ? shown : [...shown, { message: `and ${rest} more` }] };
}

const NO_JSON = "Not JSON. Paste copied steps or JSON.";
const EMPTY = "Nothing to paste: the list is empty.";
const NO_STEPS = "No steps found. Paste a step with a “type”, a list of steps, or a flow.";

interface Block {
  readonly from: number;
  readonly to: number;
}

/** A text that starts as JSON is one part, because a string in it can contain a fence. */
function findBlocks(text: string): readonly Block[] {
  const whole = { from: 0, to: text.length };
  return /^\s*[{[]/.test(text) ? [whole] : [...findFencedBlocks(text), whole];
}

function findFencedBlocks(text: string): readonly Block[] {
  const blocks: Block[] = [];
  let from: number | undefined;
  for (const fence of text.matchAll(/^[ \t]*(?:```|~~~).*$/gm)) {
    if (from !== undefined) blocks.push({ from, to: fence.index });
    from = from === undefined ? fence.index + fence[0].length : undefined;
  }
  return blocks;
}

function findStart(text: string, { from, to }: Block): number | undefined {
  const start = text.slice(from, to).search(/\S/);
  return start >= 0 && "{[".includes(text.charAt(from + start)) ? from + start : findOpening(text, from, to);
}

function findOpening(text: string, from: number, to: number): number | undefined {
  const at = text.slice(from, to).search(/\{(?=\s*["}])|\[(?=\s*[{\]])/);
  return at < 0 ? undefined : from + at;
}

interface Piece {
  readonly from: number;
  readonly text: string;
  readonly value: JsonValue;
}

type Run =
  | { readonly type: "pieces"; readonly pieces: readonly Piece[]; readonly end: number }
  | JsonSyntaxFault;

/** Several values follow each other if steps were copied without the brackets of their list. */
function readRun(text: string, from: number, to: number): Run {
  const pieces: Piece[] = [];
  let end = from;
  for (let at: number | undefined = from; at !== undefined;) {
    const scan = scanJsonValue(text, at);
    if (scan.type === "fault") return scan;
    ({ end } = scan);
    const own = text.slice(at, end);
    pieces.push({ from: at, text: own, value: JSON.parse(own) as JsonValue });
    const next = /[\s,]*(?=\{\s*"|\[\s*\{)/y;
    next.lastIndex = end;
    at = next.test(text) && next.lastIndex < to ? next.lastIndex : undefined;
  }
  return { type: "pieces", pieces, end };
}

interface FoundSteps {
  readonly values: readonly JsonValue[];
  readonly pathTo: (index: number) => JsonPath;
}

function findSteps(value: JsonValue | undefined, path: JsonPath = []): FoundSteps | undefined {
  if (Array.isArray(value)) return { values: value, pathTo: (index) => [...path, index] };
  if (!isJsonObject(value)) return undefined;
  const { flowSteps, type, steps, flowConfig, flow } = value;
  if (Array.isArray(flowSteps)) return findSteps(flowSteps, [...path, "flowSteps"]);
  if (typeof type === "string") return asOneStep(value, path);
  if (Array.isArray(steps)) return findSteps(steps, [...path, "steps"]);
  return findSteps(flowConfig, [...path, "flowConfig"]) ?? findSteps(flow, [...path, "flow"]);
}

function asOneStep(value: JsonValue, path: JsonPath = []): FoundSteps {
  return { values: [value], pathTo: () => path };
}
