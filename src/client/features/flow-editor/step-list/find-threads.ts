import type { FlowDocument, StepKey } from "#core/flow-document.ts";
import { locateSteps } from "#core/step-list.ts";
import type { StepLinks } from "#client/features/flow-editor/problems/step-links.ts";
import type { Thread, ThreadEnd } from "./draw-threads.ts";
import { type StepListRow, stepRowId } from "./step-rows.ts";

const ORDER = { surely: 0, maybe: 1, unset: 2 } as const;

/**
 * The threads between a step and those that it has to do with. What is folded away is tied to the conditional that hides
 * it; between two rows there is one thread, the surest of them, and one more where something never arrives.
 */
export function findThreads(
  document: FlowDocument,
  rows: readonly StepListRow[],
  key: StepKey,
  { reads, readBy }: StepLinks,
): readonly Thread[] {
  const ends = new Map<string, ThreadEnd>();
  rows.forEach((row, index) => {
    if (row.type === "step") ends.set(row.id, { row: index, level: row.level });
  });
  const known = locateSteps(document);
  const endOf = (step: StepKey): ThreadEnd | undefined => {
    const end = ends.get(stepRowId(step));
    const list = known.get(step)?.list;
    return end ?? (list?.type === "branch" ? endOf(list.step) : undefined);
  };
  const self = ends.get(stepRowId(key));
  if (!self) return [];

  const threads = new Map<string, Thread>();
  const add = (from: ThreadEnd | undefined, to: ThreadEnd | undefined, state: Thread["state"]) => {
    if (!from || !to || from.row === to.row) return;
    const id = `${from.row} ${to.row} ${state === "unset"}`;
    const other = threads.get(id);
    if (!other || ORDER[state] < ORDER[other.state]) threads.set(id, { from, to, state });
  };
  for (const { step, state } of reads)
    if (step !== undefined && state !== "input") add(endOf(step), self, state);
  for (const { step, state } of readBy)
    if (step !== undefined && state !== "input") add(self, endOf(step), state);
  return [...threads.values()];
}
