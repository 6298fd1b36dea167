import type { FlowDocument, StepKey, StepNode } from "#core/document/flow-document.ts";
import { type MoveRefusalReason, findMoveRefusalReason } from "#core/document/step-place.ts";
import { applyEditCommand } from "#core/commands/edit-command.ts";
import { getTopmostSteps } from "#core/document/topmost-steps.ts";
import type { StepTypeLookup } from "#core/references/reference.ts";
import {
  type StepPlace,
  findStepList,
  listKeysOfStepAndNestedSteps,
  replaceStepListsOfDocument,
} from "#core/document/step-list.ts";
import { type VariableReadChanges, compareVariableReads } from "./compare-reads.ts";
import { indexVariableUsagesOfSteps } from "./variable-usage-index.ts";
import { resolveVariableReads } from "./resolve-reads.ts";
import type { VariableProducers } from "./find-variable-producers.ts";

/** `breaks`: some references lose their value; `changes`: some read another or may find none. */
export type StepMoveImpact =
  | { readonly type: "refused"; readonly refusal: MoveRefusalReason }
  | ({ readonly type: "safe" | "changes" | "breaks" } & VariableReadChanges);

export interface StepMoveImpactLookup {
  readonly keys: readonly StepKey[];
  readonly survey: VariableProducers;
  readonly at: (place: StepPlace) => StepMoveImpact;
}

/** Targets with no step between that shares a variable with the moved steps share one cached result. */
export function createStepMoveImpactLookup(
  document: FlowDocument,
  keys: readonly StepKey[],
  types: StepTypeLookup,
): StepMoveImpactLookup {
  const { survey, namesOf, usersOf } = indexVariableUsagesOfSteps(document, types);
  const moved = getTopmostSteps(document, keys);
  const movedKeys = new Set(moved.flatMap(listKeysOfStepAndNestedSteps));
  const only = new Set<string>();
  for (const key of movedKeys) for (const name of namesOf.get(key) ?? []) only.add(name);
  const relevant = new Set(movedKeys);
  for (const name of only) for (const key of usersOf.get(name) ?? []) relevant.add(key);
  const isRelevant = (node: StepNode) => node.branches !== undefined || relevant.has(node.key);
  const relevantBefore = new Map<StepKey, number>();
  const slice = replaceStepListsOfDocument(document, (steps) => {
    const remaining: StepNode[] = [];
    for (const node of steps) {
      relevantBefore.set(node.key, remaining.length);
      if (isRelevant(node)) remaining.push(node);
    }
    return remaining.length === steps.length ? steps : remaining;
  });
  const options = { types, survey, only };
  const before = resolveVariableReads(slice, options);
  const impacts = new Map<string, StepMoveImpact>();

  const toSlice = ({ list, index }: StepPlace): StepPlace => {
    const next = findStepList(document, list)?.[index];
    const before = next ? relevantBefore.get(next.key) : findStepList(slice, list)?.length;
    return { list, index: before ?? 0 };
  };
  return {
    keys: moved.map(({ key }) => key),
    survey,
    at: (place) => {
      const refusal = findMoveRefusalReason(document, keys, place);
      if (refusal) return { type: "refused", refusal };
      const { list, index } = toSlice(place);
      const id = list.type === "root" ? `${index}` : `${index} ${list.branch} ${list.step}`;
      let impact = impacts.get(id);
      if (!impact) {
        const after = resolveVariableReads(
          applyEditCommand(slice, { type: "moveSteps", keys, place: { list, index } }),
          options,
        );
        impacts.set(id, (impact = assessChanges(compareVariableReads(before, after))));
      }
      return impact;
    },
  };
}

function assessChanges(changes: VariableReadChanges): Exclude<StepMoveImpact, { readonly type: "refused" }> {
  const type = changes.broken.length > 0 ? "breaks" : changes.changed.length > 0 ? "changes" : "safe";
  return { type, ...changes };
}
