import {
  BRANCHES,
  type FlowDocument,
  type StepKey,
  type StepNode,
  readBranches,
} from "#core/flow-document.ts";
import type { JsonObject } from "#core/json.ts";
import { type StepListRef, ROOT, locateSteps } from "#core/step-list.ts";

/** A document taken apart: what every step says, and the order of every list. */
export interface DocumentParts {
  /** Of every step, as on the wire; lists of steps in it do not count. */
  readonly fields: ReadonlyMap<StepKey, JsonObject>;
  /** By {@link nameList}. */
  readonly lists: ReadonlyMap<string, readonly StepKey[]>;
}

/** A list as the key of a map. */
export function nameList(list: StepListRef): string {
  return list.type === "root" ? "" : `${list.branch}:${list.step}`;
}

/** The keys of every list that the document holds, empty ones included. */
export function listKeys(document: FlowDocument): Map<string, readonly StepKey[]> {
  const lists = new Map([[nameList(ROOT), document.steps.map(({ key }) => key)]]);
  for (const { node } of locateSteps(document).values()) {
    for (const branch of BRANCHES) {
      const steps = node.branches?.[branch];
      if (!steps) continue;
      lists.set(
        nameList({ type: "branch", step: node.key, branch }),
        steps.map(({ key }) => key),
      );
    }
  }
  return lists;
}

/** Puts the steps together; a step that is as `like` has it, inside and out, is that very node. */
export function assembleSteps({ fields, lists }: DocumentParts, like: FlowDocument): readonly StepNode[] {
  const known = locateSteps(like);
  const readList = (list: StepListRef, before: readonly StepNode[] | undefined): readonly StepNode[] => {
    const nodes = (lists.get(nameList(list)) ?? []).flatMap((key) => readStep(key) ?? []);
    const isSame = nodes.length === before?.length && nodes.every((node, index) => node === before[index]);
    return isSame && before ? before : nodes;
  };
  const readStep = (key: StepKey): StepNode | undefined => {
    const own = fields.get(key);
    if (!own) return undefined;
    const before = known.get(key)?.node;
    const branches = readBranches(own, (_, branch) =>
      readList({ type: "branch", step: key, branch }, before?.branches?.[branch]),
    );
    const isSame =
      before?.fields === own &&
      BRANCHES.every((branch) => before.branches?.[branch] === branches?.[branch]) &&
      !before.branches === !branches;
    if (before && isSame) return before;
    return branches ? { key, fields: own, branches } : { key, fields: own };
  };
  return readList(ROOT, like.steps);
}
