import { type JsonObject, isJsonObject } from "#core/json/json.ts";
import { findDifferentItems } from "#server/domain/find-different-items.ts";
import { renumberStepOrderProperties, sortStepsByOrderProperty } from "#core/document/step-order.ts";

export interface NormalizedSteps {
  readonly steps: readonly JsonObject[];
  /** Their JSON text. */
  readonly text: string;
}

/** Top-level steps only. Renumbers only if sequence or set changed: a mere rename keeps all numbers. */
export function normalizeStepOrderAndIds(
  sent: readonly JsonObject[],
  storedText: string | undefined,
  mintId: () => string,
): NormalizedSteps {
  const steps = sortStepsByOrderProperty(sent).map((step) => {
    return step["id"] === undefined ? { id: mintId(), ...step } : step;
  });
  const texts = steps.map((step) => JSON.stringify(step));
  const isKept =
    storedText === undefined
      ? steps.every((step) => typeof step["order"] === "number")
      : isSameOrder(steps, texts, storedText);
  if (isKept) return { steps, text: `[${texts.join(",")}]` };
  const renumbered = renumberStepOrderProperties(steps);
  const changed = renumbered.map((step, at) => (step === steps[at] ? texts[at] : JSON.stringify(step)));
  return { steps: renumbered, text: `[${changed.join(",")}]` };
}

function isSameOrder(steps: readonly JsonObject[], texts: readonly string[], storedText: string): boolean {
  const { from, to, storedItems } = findDifferentItems(storedText, texts);
  const sent = steps.slice(from, to);
  const stored = parseStepsJson(storedItems);
  return sent.length === stored.length && sent.every((step, at) => step["id"] === stored[at]?.["id"]);
}

export function parseStepsJson(text: string): readonly JsonObject[] {
  return (JSON.parse(text) as JsonObject[]).filter(isJsonObject);
}
