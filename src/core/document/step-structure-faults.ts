import { BRANCH_NAMES, MAX_NESTING_LEVEL } from "./flow-document.ts";
import { type JsonPath, type JsonValue, isJsonObject } from "#core/json/json.ts";
import { describeMoveRefusal } from "./step-place.ts";

export interface StepStructureFault {
  readonly message: string;
  readonly path: JsonPath;
}

/** Only type, nesting and depth: a step may have any other fields. */
export function findStepStructureFaults(
  value: JsonValue,
  path: JsonPath,
  level = 0,
): readonly StepStructureFault[] {
  if (!isJsonObject(value)) {
    return [{ message: "Not a step: expected an object with a “type”.", path }];
  }
  const { type } = value;
  const isTyped = typeof type === "string" && type.trim() !== "";
  const own: readonly StepStructureFault[] = isTyped ? [] : [{ message: "“type” is required.", path }];
  const inside = branchesOf(value).flatMap(([branch, steps]) => {
    const place = [...path, "config", branch];
    if (!Array.isArray(steps)) return [{ message: `“${branch}” must be a list of steps.`, path: place }];
    // The server counts an empty list as a level, and a step in it would be nested too deep.
    if (level >= MAX_NESTING_LEVEL) return [{ message: describeMoveRefusal("too-deep"), path: place }];
    return steps.flatMap((step: JsonValue, index) =>
      findStepStructureFaults(step, [...place, index], level + 1),
    );
  });
  return [...own, ...inside];
}

export function countStepsInJson(values: readonly JsonValue[]): number {
  let count = values.length;
  for (const value of values) {
    for (const [, steps] of branchesOf(value)) if (Array.isArray(steps)) count += countStepsInJson(steps);
  }
  return count;
}

function branchesOf(value: JsonValue): readonly (readonly [string, JsonValue])[] {
  if (!isJsonObject(value) || value["type"] !== "conditional" || !isJsonObject(value["config"])) return NONE;
  const { config } = value;
  return Object.entries(config).filter(([name]) => BRANCH_NAMES.some((branch) => branch === name));
}

const NONE: readonly (readonly [string, JsonValue])[] = [];
