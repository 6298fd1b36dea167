import type { FlowDocument, StepKey } from "#core/flow-document.ts";
import { topmostSteps } from "#core/move-steps.ts";
import { findList, locateSteps } from "#core/step-list.ts";

/** The step to go on with when these go away: the next one of the first one's list, else the one before, else the one around. */
export function findNeighbour(document: FlowDocument, keys: readonly StepKey[]): StepKey | undefined {
  const gone = new Set(keys);
  const [first] = topmostSteps(document, keys);
  const at = first && locateSteps(document).get(first.key);
  if (!at) return undefined;
  const steps = findList(document, at.list) ?? [];
  const next = steps.slice(at.index).find((node) => !gone.has(node.key)) ?? steps[at.index - 1];
  return next?.key ?? (at.list.type === "branch" ? at.list.step : undefined);
}
