import { type JsonObject, isJsonObject } from "#core/json/json.ts";
import { renumberStepOrderProperties, sortStepsByOrderProperty } from "#core/document/step-order.ts";

/** Top-level steps only. Renumbers only if sequence or set changed: a mere rename keeps all numbers. */
export function normalizeStepOrderAndIds(
  sent: readonly JsonObject[],
  stored: readonly JsonObject[] | undefined,
  mintId: () => string,
): readonly JsonObject[] {
  const steps = sortStepsByOrderProperty(sent).map((step) => {
    return step["id"] === undefined ? { id: mintId(), ...step } : step;
  });
  const isKept = stored
    ? isSameOrder(steps, stored)
    : steps.every((step) => typeof step["order"] === "number");
  return isKept ? steps : renumberStepOrderProperties(steps);
}

function isSameOrder(steps: readonly JsonObject[], stored: readonly JsonObject[]): boolean {
  return steps.length === stored.length && steps.every((step, index) => step["id"] === stored[index]?.["id"]);
}

export function parseStepsJson(text: string): readonly JsonObject[] {
  return (JSON.parse(text) as JsonObject[]).filter(isJsonObject);
}
