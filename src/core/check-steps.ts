import { BRANCHES, MAX_LEVEL } from "./flow-document.ts";
import { type JsonPath, type JsonValue, isJsonObject } from "./json.ts";
import { describeRefusal } from "./move-steps.ts";

/** What keeps a value from being a step, and the path that leads to it. */
export interface StepFault {
  readonly message: string;
  readonly path: JsonPath;
}

/**
 * Whether a value that came from outside is a step all the way down: an object with a type and, in the branches of a
 * conditional, lists of such, no deeper than a flow may be. What other fields hold is not looked at.
 */
export function checkStep(value: JsonValue, path: JsonPath, level = 0): readonly StepFault[] {
  if (!isJsonObject(value)) {
    return [{ message: "This is no step: a step is an object with a “type”.", path }];
  }
  const { type } = value;
  const isTyped = typeof type === "string" && type.trim() !== "";
  const own: readonly StepFault[] = isTyped ? [] : [{ message: "This step has no “type”.", path }];
  const inside = branchesOf(value).flatMap(([branch, steps]) => {
    const place = [...path, "config", branch];
    if (!Array.isArray(steps)) return [{ message: `“${branch}” is no list of steps.`, path: place }];
    // An empty list too: the server counts lists, and a step could not be added to it.
    if (level >= MAX_LEVEL) return [{ message: describeRefusal("too-deep"), path: place }];
    return steps.flatMap((step: JsonValue, index) => checkStep(step, [...place, index], level + 1));
  });
  return [...own, ...inside];
}

/** The steps that these values are, with those inside them. */
export function countSteps(values: readonly JsonValue[]): number {
  let count = values.length;
  for (const value of values) {
    for (const [, steps] of branchesOf(value)) if (Array.isArray(steps)) count += countSteps(steps);
  }
  return count;
}

/** What stands for the branches of a conditional, whatever it is. */
function branchesOf(value: JsonValue): readonly (readonly [string, JsonValue])[] {
  if (!isJsonObject(value) || value["type"] !== "conditional" || !isJsonObject(value["config"])) return NONE;
  const { config } = value;
  return Object.entries(config).filter(([name]) => BRANCHES.some((branch) => branch === name));
}

const NONE: readonly (readonly [string, JsonValue])[] = [];
