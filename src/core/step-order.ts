import { type JsonObject, withKey } from "./json.ts";

/**
 * The list as it runs: sorted by `order` (stable) only if every step has a numeric one, else as it stands.
 * Returns the same array when nothing has to move.
 */
export function sortByOrder(steps: readonly JsonObject[]): readonly JsonObject[] {
  const orders = steps.map((step) => step["order"]);
  if (!orders.every((order) => typeof order === "number")) return steps;
  const isSorted = orders.every((order, index) => index === 0 || order >= (orders[index - 1] ?? order));
  if (isSorted) return steps;
  return steps.toSorted((a, b) => Number(a["order"]) - Number(b["order"]));
}

/** `order` 0..n-1; a step that already has its number is passed through as the same object. */
export function renumberSteps(steps: readonly JsonObject[]): readonly JsonObject[] {
  return steps.map((step, index) => (step["order"] === index ? step : withKey(step, "order", index)));
}
