import { type StepFault, checkStep, countSteps } from "./check-steps.ts";
import { type JsonObject, type JsonPath, type JsonValue, isJsonObject } from "./json.ts";
import { findJsonPlaces } from "./json-places.ts";
import { findJsonFault } from "./json-text.ts";
import { lineAndColumn } from "./line-finder.ts";
import { type JsonSyntaxFault, scanJson } from "./scan-json.ts";
import { sortByOrder } from "./step-order.ts";

export interface PasteReason {
  readonly message: string;
  /** Both from 1, in the text as it was pasted. */
  readonly line?: number;
  readonly column?: number;
}

export type PastedSteps =
  | { readonly type: "steps"; readonly steps: readonly JsonObject[] }
  | { readonly type: "refused"; readonly reasons: readonly PasteReason[] };

const MAX_REASONS = 20;

/**
 * The steps in a text that a person pasted: a step, several, a list of them, a flow, a version or a dispatch body; as
 * JSON alone, in a fenced block, or in the midst of prose, as a chat answers. All of it is taken or, with reasons,
 * nothing. `room` is the number of steps that the flow can still take, nested ones included. Never throws.
 */
export function readPastedSteps(text: string, room: number): PastedSteps {
  if (text.trim() === "") return refuse({ message: "There is nothing to paste." });
  let missing = NO_JSON;
  for (const block of findBlocks(text)) {
    for (let at = findStart(text, block); at !== undefined;) {
      const run = readRun(text, at, block.to);
      if (run.type === "fault") return refuse({ message: run.message, ...lineAndColumn(text, run.offset) });
      const found = run.pieces.flatMap(({ value }) => findSteps(value) ?? []);
      if (found.some(({ values }) => values.length > 0)) return judge(text, run.pieces, room);
      // `[]` in prose is no block of steps; it is worth a word only where there is no other.
      if (found.length > 0) missing = EMPTY;
      else if (missing === NO_JSON) missing = NO_STEPS;
      at = findOpening(text, run.end, block.to);
    }
  }
  return refuse({ message: missing });
}

/** All of the steps, or what is wrong with them. Counted first: to word what is wrong with a million takes seconds. */
function judge(text: string, pieces: readonly Piece[], room: number): PastedSteps {
  const found = pieces.map((piece) => ({ piece, ...(findSteps(piece.value) ?? asOneStep(piece.value)) }));
  const count = found.reduce((sum, { values }) => sum + countSteps(values), 0);
  if (count > room) return refuse({ message: describeRoom(count, room) });
  const reasons = found.flatMap(({ piece, values, pathTo }) => {
    const fault = findJsonFault(piece.text, piece.value);
    const faults = values.flatMap((value, index) => checkStep(value, pathTo(index)));
    return placeFaults(text, piece, fault ? [fault, ...faults] : faults);
  });
  if (reasons.length > 0) return refuse(...reasons);
  return { type: "steps", steps: found.flatMap(({ values }) => sortByOrder(values.filter(isJsonObject))) };
}

/** Looking places up costs time for each, so it is done for those only that are shown. */
function placeFaults(
  text: string,
  { from, text: own }: Piece,
  faults: readonly StepFault[],
): readonly PasteReason[] {
  const shown = faults.slice(0, MAX_REASONS);
  const places = findJsonPlaces(
    own,
    shown.map(({ path }) => path),
  );
  return faults.map(({ message }, index) => {
    const place = places[index];
    return place ? { message, ...lineAndColumn(text, from + place.from) } : { message };
  });
}

function describeRoom(count: number, room: number): string {
  const left = Math.max(0, room).toLocaleString("en-GB");
  const steps = `${count.toLocaleString("en-GB")} ${count === 1 ? "step" : "steps"}`;
  return `That is ${steps}, and this flow has room for ${left} more.`;
}

function refuse(...reasons: readonly PasteReason[]): PastedSteps {
  const shown = reasons.slice(0, MAX_REASONS);
  const rest = reasons.length - shown.length;
  return { type: "refused", reasons: rest === 0 ? shown : [...shown, { message: `and ${rest} more` }] };
}

const NO_JSON = "This text holds no JSON. Paste steps that were copied from a flow, or JSON of your own.";
const EMPTY = "This list is empty: there are no steps to paste.";
const NO_STEPS =
  "This JSON holds no steps. Paste a step with a “type”, a list of steps, or a flow with “flowSteps” or “steps”.";

interface Block {
  readonly from: number;
  readonly to: number;
}

/** Where to look, in this order. A text that is JSON from its start may have fences in its own strings. */
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

/** A block that begins with a bracket is meant as JSON, however it goes on; elsewhere brackets may be prose. */
function findStart(text: string, { from, to }: Block): number | undefined {
  const start = text.slice(from, to).search(/\S/);
  return start >= 0 && "{[".includes(text.charAt(from + start)) ? from + start : findOpening(text, from, to);
}

/** The next bracket that looks like the start of an object, or of a list of them. */
function findOpening(text: string, from: number, to: number): number | undefined {
  const at = text.slice(from, to).search(/\{(?=\s*["}])|\[(?=\s*[{\]])/);
  return at < 0 ? undefined : from + at;
}

/** One JSON value and where it stands in the pasted text. */
interface Piece {
  readonly from: number;
  readonly text: string;
  readonly value: JsonValue;
}

type Run =
  | { readonly type: "pieces"; readonly pieces: readonly Piece[]; readonly end: number }
  | JsonSyntaxFault;

/** The value at `from` and those right after it: steps that were copied out of a list without its brackets. */
function readRun(text: string, from: number, to: number): Run {
  const pieces: Piece[] = [];
  let end = from;
  for (let at: number | undefined = from; at !== undefined;) {
    const scan = scanJson(text, at);
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

/** What stands for steps in the value: a list, a step by itself, or the lists of the bodies that the API knows. */
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
