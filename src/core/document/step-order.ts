import { type JsonObject, copyObjectWithKey } from "#core/json/json.ts";

/** Stable, by `order` if every step has a number. Returns the same array if it is sorted already. */
export function sortStepsByOrderProperty(steps: readonly JsonObject[]): readonly JsonObject[] {
  const orders = steps.map((step) => step["order"]);
  if (!orders.every((order) => typeof order === "number")) return steps;
  const isSorted = orders.every((order, index) => index === 0 || order >= (orders[index - 1] ?? order));
  if (isSorted) return steps;
  return steps.toSorted((a, b) => Number(a["order"]) - Number(b["order"]));
}

export function renumberStepOrderProperties(steps: readonly JsonObject[]): readonly JsonObject[] {
  return steps.map((step, index) =>
    step["order"] === index ? step : copyObjectWithKey(step, "order", index),
  );
}
