import { sortStepsByOrderProperty } from "#core/document/step-order.ts";
import { type JsonObject, isJsonObject } from "#core/json/json.ts";
import { stringifyWithSortedKeys } from "#core/json/stringify-with-sorted-keys.ts";
import { listStepsWithPaths } from "./list-step-errors.ts";

/** An edited step keeps its results. Top-level steps only; the result has the order of `sent`. */
export function giveStoredIdsToSteps(
  sent: readonly JsonObject[],
  stored: readonly JsonObject[],
): readonly JsonObject[] {
  const ordered = sortStepsByOrderProperty(sent);
  const ownIds = new Set(listStepsWithPaths(sent, []).map(({ step }) => isJsonObject(step) && step["id"]));
  const places = new Map(stored.map((step, index) => [step, index]));
  const free = new Set(stored.filter(({ id }) => typeof id === "string" && !ownIds.has(id)));
  const storedIdBySentStep = new Map<JsonObject, string>();
  const match = (describe: (step: JsonObject, index: number) => string | undefined) => {
    const queues = new Map<string, JsonObject[]>();
    for (const step of free) {
      const text = describe(step, places.get(step) ?? 0);
      if (text === undefined) continue;
      const queue = queues.get(text);
      if (queue) queue.push(step);
      else queues.set(text, [step]);
    }
    for (const [index, step] of ordered.entries()) {
      if (step["id"] !== undefined || storedIdBySentStep.has(step)) continue;
      const text = describe(step, index);
      const found = text === undefined ? undefined : queues.get(text)?.shift();
      if (!found) continue;
      free.delete(found);
      storedIdBySentStep.set(step, found["id"] as string);
    }
  };
  match(describeContent);
  match(({ type, name }) => JSON.stringify([type, name]));
  match(({ type, config }) => {
    const variable = isJsonObject(config) ? config["outputVariable"] : undefined;
    return typeof variable === "string" && variable !== "" ? JSON.stringify([type, variable]) : undefined;
  });
  match(({ type }, index) => JSON.stringify([type, index]));
  return sent.map((step) => {
    const id = storedIdBySentStep.get(step);
    return id === undefined ? step : { id, ...step };
  });
}

/** Serializes a step without its id, its order number and an `enabled` that is true, and with sorted keys. */
function describeContent({ id: _id, order: _order, enabled, ...content }: JsonObject): string {
  return stringifyWithSortedKeys(enabled === false ? { ...content, enabled } : content);
}
