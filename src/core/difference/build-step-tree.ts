import {
  BRANCH_NAMES,
  type FlowDocument,
  type StepKey,
  type StepNode,
  parseBranches,
} from "#core/document/flow-document.ts";
import type { JsonObject } from "#core/json/json.ts";
import { type StepListRef, ROOT_STEP_LIST_REF, getLocationsOfAllSteps } from "#core/document/step-list.ts";

export interface StepFieldsAndLists {
  readonly fields: ReadonlyMap<StepKey, JsonObject>;
  readonly lists: ReadonlyMap<string, readonly StepKey[]>;
}

/** Returns a map key that identifies a list of steps. */
export function getStepListId(list: StepListRef): string {
  return list.type === "root" ? "" : `${list.branch}:${list.step}`;
}

export function listStepKeysByList(document: FlowDocument): Map<string, readonly StepKey[]> {
  const lists = new Map([[getStepListId(ROOT_STEP_LIST_REF), document.steps.map(({ key }) => key)]]);
  for (const { node } of getLocationsOfAllSteps(document).values()) {
    for (const branch of BRANCH_NAMES) {
      const steps = node.branches?.[branch];
      if (!steps) continue;
      lists.set(
        getStepListId({ type: "branch", step: node.key, branch }),
        steps.map(({ key }) => key),
      );
    }
  }
  return lists;
}

/** Reuses the node of `like` for a step that is equal, nested steps included. */
export function buildStepTree(
  { fields, lists }: StepFieldsAndLists,
  like: FlowDocument,
): readonly StepNode[] {
  const known = getLocationsOfAllSteps(like);
  const readList = (list: StepListRef, before: readonly StepNode[] | undefined): readonly StepNode[] => {
    const nodes = (lists.get(getStepListId(list)) ?? []).flatMap((key) => readStep(key) ?? []);
    const isSame = nodes.length === before?.length && nodes.every((node, index) => node === before[index]);
    return isSame && before ? before : nodes;
  };
  const readStep = (key: StepKey): StepNode | undefined => {
    const own = fields.get(key);
    if (!own) return undefined;
    const before = known.get(key)?.node;
    const branches = parseBranches(own, (_, branch) =>
      readList({ type: "branch", step: key, branch }, before?.branches?.[branch]),
    );
    const isSame =
      before?.fields === own &&
      BRANCH_NAMES.every((branch) => before.branches?.[branch] === branches?.[branch]) &&
      !before.branches === !branches;
    if (before && isSame) return before;
    return branches ? { key, fields: own, branches } : { key, fields: own };
  };
  return readList(ROOT_STEP_LIST_REF, like.steps);
}
