import { type JsonObject, isJsonObject } from "#core/json.ts";
import { buildStep } from "#core/flow-builder.ts";
import { buildMixedFlow } from "./mixed-flow.ts";

const TEXTS = ["userPrompt", "template", "script"];

/**
 * The same flow again and again, as `steps` steps live on: every state differs from the one before in a few steps, and the
 * last from the first in most of them. The first is as it was built.
 */
export function* changeFlow(steps: number, states: number): Generator<readonly JsonObject[]> {
  let list: readonly JsonObject[] = buildMixedFlow("Changing", steps).flowSteps;
  for (let state = 1; state <= states; state += 1) {
    yield list.map((step, order) => ({ ...step, order }));
    // 37 shares no factor with a round number, so that every step has its turn.
    const at = (state * 37) % list.length;
    list = list.map((step, index) => (index === at ? reword(step, state) : step));
    if (state % 2 === 0) list = move(list, (at * 7) % list.length, at);
    if (state % 5 === 0) list = replace(list, (at * 3) % list.length, { name: `Renamed in ${state}` });
    if (state % 7 === 0)
      list = replace(list, (at * 11) % list.length, { enabled: Math.floor(state / 7) % 2 === 0 });
    // The one that goes is as far from the one that comes as can be.
    if (state % 10 === 0) list = [...list.slice(1), buildStep(`new-${state}`, { name: `Added in ${state}` })];
  }
}

/** Says one more thing in the longest text that the step has; one without any is renamed. */
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
