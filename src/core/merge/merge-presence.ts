import type { Change } from "#core/difference/find-changes.ts";
import { BRANCHES, type FlowDocument, type StepKey, type StepNode } from "#core/flow-document.ts";
import { locateSteps } from "#core/step-list.ts";
import type { Choices, RemovalClash, Side } from "./clash.ts";
import type { Bases } from "./merge-fields.ts";

/** One side of a merge, as far as the places of steps go. */
export interface Placement {
  readonly side: Side;
  readonly document: FlowDocument;
  /** The steps that it moved. */
  readonly moved: ReadonlySet<StepKey>;
}

/** One side of a merge. */
export interface Version extends Placement {
  readonly changes: readonly Change[];
}

/** The steps that one side removed and the merge is to be without; what clashes is told. */
export function mergeRemovals(
  bases: Bases<FlowDocument>,
  [remover, other]: readonly [Version, Version],
  choices: Choices,
  clashes: RemovalClash[],
): ReadonlySet<StepKey> {
  const gone = new Set<StepKey>();
  const old = bases.map(locateSteps);
  const [held, left] = [locateSteps(other.document), locateSteps(remover.document)];
  const isRemoved = (key: StepKey) => old.some((all) => all.has(key)) && held.has(key) && !left.has(key);
  const edited = new Set(other.changes.flatMap((change) => (change.type === "field" ? [change.key] : [])));
  for (const [key, { node, list }] of held) {
    const isTopmost = list.type === "root" || !isRemoved(list.step);
    if (!isRemoved(key) || !isTopmost) continue;
    const inside = keysOfUnit(node, (step) => left.has(step));
    const isChanged = inside.some(
      (step) =>
        !old.every((all) => all.has(step)) || (isRemoved(step) && edited.has(step)) || other.moved.has(step),
    );
    const id = JSON.stringify(["removal", key]);
    if (isChanged) {
      const { side: removedBy } = remover;
      clashes.push({ type: "removal", id, key, removedBy, node, preset: other.side });
    }
    if (isChanged && choices.get(id) !== remover.side) continue;
    for (const step of inside) if (!left.has(step)) gone.add(step);
  }
  return gone;
}

/** What goes or stays with a step: all that is inside, down to steps that are there anyhow, which end the unit. */
function keysOfUnit(node: StepNode, isEnd: (key: StepKey) => boolean): readonly StepKey[] {
  if (isEnd(node.key)) return [node.key];
  const inside = BRANCHES.flatMap((branch) => node.branches?.[branch] ?? []);
  return [node.key, ...inside.flatMap((step) => keysOfUnit(step, isEnd))];
}
