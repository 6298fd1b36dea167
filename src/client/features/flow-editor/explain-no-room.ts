import { FLOW_LIMITS } from "#contract/flow.ts";
import { type FlowDocument, MAX_LEVEL, type StepNode } from "#core/flow-document.ts";
import { describeRefusal } from "#core/move-steps.ts";
import { type Place, findList, heightOf, keysWithin, locateSteps } from "#core/step-list.ts";
import { formatNumber } from "#client/ui/format-count.ts";

/** How many more steps the flow can hold, nested ones included. */
export function roomFor(document: FlowDocument): number {
  return Math.max(0, FLOW_LIMITS.steps - locateSteps(document).size);
}

/** Why these new steps cannot go to this place, as a sentence; undefined when they can. */
export function explainNoRoom(
  document: FlowDocument,
  steps: readonly StepNode[],
  { list, index }: Place,
): string | undefined {
  const count = steps.flatMap(keysWithin).length;
  if (count > roomFor(document)) return describeFull(document, count);
  const target = findList(document, list);
  if (!target || index > target.length) return "The place for it is gone: the flow has changed meanwhile.";
  const level = list.type === "root" ? 0 : (locateSteps(document).get(list.step)?.level ?? 0) + 1;
  if (steps.some((node) => level + heightOf(node) > MAX_LEVEL)) return describeRefusal("too-deep");
  return undefined;
}

/** “A flow holds at most 2,000 steps. This one has 1,999, so 3 more do not fit.” */
export function describeFull(document: FlowDocument, count: number): string {
  const [most, has, more] = [FLOW_LIMITS.steps, locateSteps(document).size, count].map(formatNumber);
  return `A flow holds at most ${most} steps. This one has ${has}, so ${more} more ${count === 1 ? "does" : "do"} not fit.`;
}
