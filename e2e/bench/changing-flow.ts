import { type JsonObject, isJsonObject } from "#core/json/json.ts";
import { buildStep } from "#core/testing/flow-builder.ts";
import { buildMixedFlow } from "./mixed-flow.ts";

const TEXTS = ["userPrompt", "template", "script"];

/**
 * Yields successive versions of one flow with `steps` steps. Each version changes a few steps of the previous one; the
 * last version differs from the first in most steps.
 */
export function* generateStepListsOfSuccessiveFlowVersions(
  steps: number,
  states: number,
): Generator<readonly JsonObject[]> {
  let list: readonly JsonObject[] = buildMixedFlow("Changing", steps).flowSteps;
  for (let state = 1; state <= states; state += 1) {
    yield list.map((step, order) => ({ ...step, order }));
    // Selects every step in turn, because 37 has no common factor with the usual numbers of steps (10, 100, 1,000).
    const at = (state * 37) % list.length;
    list = list.map((step, index) => (index === at ? reword(step, state) : step));
    if (state % 2 === 0) list = move(list, (at * 7) % list.length, at);
    if (state % 5 === 0) list = replace(list, (at * 3) % list.length, { name: `Renamed in ${state}` });
    if (state % 7 === 0)
      list = replace(list, (at * 11) % list.length, { enabled: Math.floor(state / 7) % 2 === 0 });
    if (state % 10 === 0) list = [...list.slice(1), buildStep(`new-${state}`, { name: `Added in ${state}` })];
  }
}

function reword(step: JsonObject, state: number): JsonObject {
  const config = isJsonObject(step["config"]) ? step["config"] : {};
  for (const key of TEXTS) {
    const text = config[key];
    if (typeof text === "string")
      return { ...step, config: { ...config, [key]: `${text}\n// Reworded in ${state}.` } };
  }
  return { ...step, name: `Changed in ${state}` };
}

function replace(list: readonly JsonObject[], at: number, fields: JsonObject): readonly JsonObject[] {
  return list.map((step, index) => (index === at ? { ...step, ...fields } : step));
}

function move(list: readonly JsonObject[], from: number, to: number): readonly JsonObject[] {
  const moved = list[from];
  return moved ? list.toSpliced(from, 1).toSpliced(to, 0, moved) : list;
}
