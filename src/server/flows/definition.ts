import { createHash } from "node:crypto";
import type { JsonObject } from "#core/json.ts";
import { nameKey, nameStarts } from "#server/store/name-key.ts";

/** Stations of a flow's line that a list draws. */
const LINE_LENGTH = 40;

/** Everything stored that follows from a flow's name and steps, worked out once when they are written. */
export function deriveDefinition(name: string, steps: readonly JsonObject[]) {
  const text = JSON.stringify(steps);
  const key = nameKey(name);
  return {
    name,
    nameKey: key,
    nameStarts: nameStarts(key),
    steps: text,
    stepCount: steps.length,
    disabledStepCount: steps.filter((step) => step["enabled"] === false).length,
    line: JSON.stringify(
      steps.slice(0, LINE_LENGTH).map((step) => ({ type: step["type"], enabled: step["enabled"] !== false })),
    ),
    definitionHash: createHash("sha256").update(JSON.stringify(name)).update(text).digest("hex"),
  };
}

/** The steps' names in a line, for the list of versions; null for a flow without steps. */
export function summariseSteps(steps: readonly JsonObject[]): string | null {
  const names = steps.map((step) => (step["name"] as string).slice(0, 60));
  if (names.length === 0) return null;
  return names.length > 6 ? `${names.slice(0, 5).join(" → ")} → … (${names.length})` : names.join(" → ");
}
