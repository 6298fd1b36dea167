import type { FlowDocument, StepKey, StepNode } from "#core/flow-document.ts";
import { type PlaceRefusal, moveSteps, refusePlace, topmostSteps } from "#core/move-steps.ts";
import { readStepReferences } from "#core/references/read-step-references.ts";
import type { StepTypes } from "#core/references/reference.ts";
import { type Place, findList, keysWithin, locateSteps, mapLists } from "#core/step-list.ts";
import { type ReadChanges, compareReads } from "./compare-reads.ts";
import { resolveReads } from "./resolve-reads.ts";
import { namesSetBy, surveyNames } from "./survey-names.ts";

/**
 * What a move to a place would do. `breaks`: references find no value there any more; `changes`: they find another
 * one, or one that is less sure. A safe move may mend some.
 */
export type Verdict =
  | { readonly type: "refused"; readonly refusal: PlaceRefusal }
  | ({ readonly type: "safe" | "changes" | "breaks" } & ReadChanges);

export interface MoveVerdicts {
  readonly keys: readonly StepKey[];
  readonly at: (place: Place) => Verdict;
}

/**
 * Prepares a move of steps: one pass over the flow leaves only the steps that share a variable with them, and the
 * conditionals, of which each place is then judged by the very walk that judges a whole flow. Places between which no
 * such step stands have one verdict, found once.
 */
export function planVerdicts(
  document: FlowDocument,
  keys: readonly StepKey[],
  types: StepTypes,
): MoveVerdicts {
  const survey = surveyNames(document, types);
  const moved = topmostSteps(document, keys);
  const within = new Set(moved.flatMap(keysWithin));
  const namesOf = (node: StepNode) => [
    ...namesSetBy(node, survey, types),
    ...readStepReferences(node, types).reads.map(({ name }) => name),
  ];
  const located = locateSteps(document);
  const only = new Set([...within].flatMap((key) => located.get(key)?.node ?? []).flatMap(namesOf));
  const isKept = (node: StepNode) =>
    node.branches !== undefined || within.has(node.key) || namesOf(node).some((name) => only.has(name));
  const keptBefore = new Map<StepKey, number>();
  const slice = mapLists(document, (steps) => {
    const kept: StepNode[] = [];
    for (const node of steps) {
      keptBefore.set(node.key, kept.length);
      if (isKept(node)) kept.push(node);
    }
    return kept.length === steps.length ? steps : kept;
  });
  const options = { types, survey, only };
  const before = resolveReads(slice, options);
  const verdicts = new Map<string, Verdict>();

  const toSlice = ({ list, index }: Place): Place => {
    const next = findList(document, list)?.[index];
    const kept = next ? keptBefore.get(next.key) : findList(slice, list)?.length;
    return { list, index: kept ?? 0 };
  };
  return {
    keys: moved.map(({ key }) => key),
    at: (place) => {
      const refusal = refusePlace(document, keys, place);
      if (refusal) return { type: "refused", refusal };
      const { list, index } = toSlice(place);
      const id = list.type === "root" ? `${index}` : `${index} ${list.branch} ${list.step}`;
      let verdict = verdicts.get(id);
      if (!verdict) {
        const after = resolveReads(moveSteps(slice, keys, { list, index }), options);
        verdicts.set(id, (verdict = judgeChanges(compareReads(before, after))));
      }
      return verdict;
    },
  };
}

/** What a change of the flow amounts to. */
export function judgeChanges(changes: ReadChanges): Exclude<Verdict, { readonly type: "refused" }> {
  const type = changes.broken.length > 0 ? "breaks" : changes.changed.length > 0 ? "changes" : "safe";
  return { type, ...changes };
}
