import type { FlowDocument, StepKey, StepNode } from "#core/flow-document.ts";
import { type PlaceRefusal, moveSteps, refusePlace, topmostSteps } from "#core/move-steps.ts";
import type { StepTypes } from "#core/references/reference.ts";
import { type Place, findList, keysWithin, mapLists } from "#core/step-list.ts";
import { type ReadChanges, compareReads } from "./compare-reads.ts";
import { listNameUsers } from "./name-users.ts";
import { resolveReads } from "./resolve-reads.ts";
import type { NameSurvey } from "./survey-names.ts";

/**
 * What a move to a place would do. `breaks`: references find no value there any more; `changes`: they find another
 * one, or one that is less sure. A safe move may mend some.
 */
export type Verdict =
  | { readonly type: "refused"; readonly refusal: PlaceRefusal }
  | ({ readonly type: "safe" | "changes" | "breaks" } & ReadChanges);

export interface MoveVerdicts {
  readonly keys: readonly StepKey[];
  readonly survey: NameSurvey;
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
  const { survey, namesOf, usersOf } = listNameUsers(document, types);
  const moved = topmostSteps(document, keys);
  const within = new Set(moved.flatMap(keysWithin));
  const only = new Set<string>();
  for (const key of within) for (const name of namesOf.get(key) ?? []) only.add(name);
  const kept = new Set(within);
  for (const name of only) for (const key of usersOf.get(name) ?? []) kept.add(key);
  const isKept = (node: StepNode) => node.branches !== undefined || kept.has(node.key);
  const keptBefore = new Map<StepKey, number>();
  const slice = mapLists(document, (steps) => {
    const left: StepNode[] = [];
    for (const node of steps) {
      keptBefore.set(node.key, left.length);
      if (isKept(node)) left.push(node);
    }
    return left.length === steps.length ? steps : left;
  });
  const options = { types, survey, only };
  const before = resolveReads(slice, options);
  const verdicts = new Map<string, Verdict>();

  const toSlice = ({ list, index }: Place): Place => {
    const next = findList(document, list)?.[index];
    const before = next ? keptBefore.get(next.key) : findList(slice, list)?.length;
    return { list, index: before ?? 0 };
  };
  return {
    keys: moved.map(({ key }) => key),
    survey,
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
function judgeChanges(changes: ReadChanges): Exclude<Verdict, { readonly type: "refused" }> {
  const type = changes.broken.length > 0 ? "breaks" : changes.changed.length > 0 ? "changes" : "safe";
  return { type, ...changes };
}
