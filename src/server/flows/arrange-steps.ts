import { type JsonObject, isJsonObject } from "#core/json.ts";
import { renumberSteps, sortByOrder } from "#core/step-order.ts";

/**
 * A flow's top-level steps as they are stored: in the order they run, each with an id. They are renumbered only where
 * the list's order or membership differs from the stored one, so that a rename in a flow numbered from 1 touches
 * nothing else. A new flow keeps its numbers if every step has one. Nested lists stay as they were sent.
 */
export function arrangeSteps(
  sent: readonly JsonObject[],
  stored: readonly JsonObject[] | undefined,
  mintId: () => string,
): readonly JsonObject[] {
  const steps = sortByOrder(sent).map((step) => {
    return step["id"] === undefined ? { id: mintId(), ...step } : step;
  });
  const isKept = stored
    ? isSameOrder(steps, stored)
    : steps.every((step) => typeof step["order"] === "number");
  return isKept ? steps : renumberSteps(steps);
}

function isSameOrder(steps: readonly JsonObject[], stored: readonly JsonObject[]): boolean {
  return steps.length === stored.length && steps.every((step, index) => step["id"] === stored[index]?.["id"]);
}

/** The stored text of a flow's steps, parsed. */
export function parseSteps(text: string): readonly JsonObject[] {
  return (JSON.parse(text) as JsonObject[]).filter(isJsonObject);
}
