import type { ErrorDetail } from "#contract/error-body.ts";
import { FLOW_LIMITS, stepInput } from "#contract/flow.ts";
import { STEP_TYPES } from "#contract/step-types.ts";
import { BRANCHES, MAX_LEVEL } from "#core/flow-document.ts";
import { type JsonObject, type JsonPath, isJsonObject } from "#core/json.ts";
import { nearest } from "./nearest.ts";
import { checkValue } from "#server/read-body.ts";

const MAX_DETAILS = 50;

/** One step of the tree, nested ones included, with its place in the body. Nested ones may yet be anything. */
export interface PlacedStep {
  readonly step: JsonObject;
  readonly path: JsonPath;
  /** 0 for the flow's own list. */
  readonly level: number;
}

/**
 * What the schema cannot say about a flow's steps: their types, their ids' being unique, their number and depth, and
 * the form of nested ones. `stored` are the steps that the flow holds now: a type that nobody knows may stay where it is.
 */
export function checkSteps(
  steps: readonly JsonObject[],
  key: string,
  extraTypes: readonly string[],
  stored: readonly JsonObject[] = [],
): readonly ErrorDetail[] {
  const details: ErrorDetail[] = [];
  const placed = placeSteps(steps, [key], details);
  // First, since wording what is wrong with a million items takes half a minute.
  if (placed.length > FLOW_LIMITS.steps) {
    const message = `A flow may have at most ${FLOW_LIMITS.steps} steps, nested ones included; this one has ${placed.length}.`;
    return [{ message, path: key, code: "TOO_MANY_STEPS" }];
  }
  checkForms(placed, details);
  const sound = placed.filter(({ step }) => isJsonObject(step));
  checkTypes(sound, extraTypes, stored, details);
  checkIds(sound, details);
  return details.slice(0, MAX_DETAILS);
}

/** Every step that stands below `path`, in the order of the page; `details` gains what is nested too deep to be followed. */
export function placeSteps(
  steps: readonly JsonObject[],
  path: JsonPath,
  details: ErrorDetail[] = [],
): readonly PlacedStep[] {
  const placed: PlacedStep[] = [];
  walkSteps(steps, path, 0, placed, details);
  return placed;
}

function walkSteps(
  steps: readonly JsonObject[],
  path: JsonPath,
  level: number,
  placed: PlacedStep[],
  details: ErrorDetail[],
): void {
  if (level > MAX_LEVEL) {
    const message = `Conditionals may be nested at most ${MAX_LEVEL} deep.`;
    details.push({ message, path: path.join("."), code: "TOO_DEEP" });
    return;
  }
  steps.forEach((step, index) => {
    const place = [...path, index];
    placed.push({ step, path: place, level });
    if (!isJsonObject(step)) return;
    const config = step["config"];
    if (step["type"] !== "conditional" || !isJsonObject(config)) return;
    for (const branch of BRANCHES) {
      const nested = Object.hasOwn(config, branch) ? config[branch] : undefined;
      if (Array.isArray(nested)) walkSteps(nested, [...place, "config", branch], level + 1, placed, details);
    }
  });
}

/** The top level was checked with the body. */
function checkForms(placed: readonly PlacedStep[], details: ErrorDetail[]): void {
  for (const { step, path, level } of placed)
    if (level > 0) details.push(...checkValue(stepInput, step, path));
}

function checkTypes(
  placed: readonly PlacedStep[],
  extraTypes: readonly string[],
  stored: readonly JsonObject[],
  details: ErrorDetail[],
): void {
  const known = new Set([...STEP_TYPES.map(({ type }) => type), ...extraTypes]);
  const unknown = placed.filter(({ step }) => typeof step["type"] === "string" && !known.has(step["type"]));
  if (unknown.length === 0) return;
  const types = new Map(placeSteps(stored, []).map(({ step }) => [step["id"], step["type"]]));
  for (const { step, path } of unknown) {
    if (details.length >= MAX_DETAILS) return;
    const type = step["type"] as string;
    if (step["id"] !== undefined && types.get(step["id"]) === type) continue;
    const close = nearest(type, [...known]);
    details.push({
      message: `“${type.slice(0, 100)}” is not a step type.`,
      path: [...path, "type"].join("."),
      code: "INVALID_ENUM",
      suggestion: close === undefined ? `One of ${[...known].join(", ")}.` : `Did you mean “${close}”?`,
    });
  }
}

function checkIds(placed: readonly PlacedStep[], details: ErrorDetail[]): void {
  const first = new Map<string, JsonPath>();
  for (const { step, path } of placed) {
    const id = step["id"];
    if (typeof id !== "string") continue;
    const other = first.get(id);
    if (other) {
      const message = `The id “${id}” is taken by ${other.join(".")}; ids are unique within a flow.`;
      details.push({ message, path: [...path, "id"].join("."), code: "DUPLICATE_ID" });
    } else {
      first.set(id, path);
    }
  }
}
