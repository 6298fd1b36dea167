import {
  BRANCH_NAMES,
  type BranchName,
  type FlowDocument,
  type StepKey,
  type StepNode,
} from "./flow-document.ts";
import { isStepEnabled } from "./step.ts";

export type StepListRef =
  | { readonly type: "root" }
  | { readonly type: "branch"; readonly step: StepKey; readonly branch: BranchName };

/** A position in a list, by its index before the edit: 0 is before the first step, `length` after the last step. */
export interface StepPlace {
  readonly list: StepListRef;
  readonly index: number;
}

export interface StepLocation extends StepPlace {
  readonly node: StepNode;
  readonly level: number;
  readonly ordinal: number;
}

export const ROOT_STEP_LIST_REF: StepListRef = { type: "root" };

/** Whether both documents have the same steps in the same lists and order. Ignores the steps' fields. */
export function haveSameStepOrder(a: FlowDocument, b: FlowDocument): boolean {
  return formatStepOrder(a.steps) === formatStepOrder(b.steps);
}

function formatStepOrder(steps: readonly StepNode[]): string {
  const order = (nodes: readonly StepNode[]): unknown[] =>
    nodes.map(({ key, branches }) => [key, ...BRANCH_NAMES.map((branch) => order(branches?.[branch] ?? []))]);
  return JSON.stringify(order(steps));
}

export function isSameStepListRef(a: StepListRef, b: StepListRef): boolean {
  if (a.type === "root" || b.type === "root") return a.type === b.type;
  return a.step === b.step && a.branch === b.branch;
}

const indexes = new WeakMap<FlowDocument, ReadonlyMap<StepKey, StepLocation>>();

/** Maps the key of every step, nested steps included, to its location, in document order. Cached per document. */
export function getLocationsOfAllSteps(document: FlowDocument): ReadonlyMap<StepKey, StepLocation> {
  const known = indexes.get(document);
  if (known) return known;
  const index = new Map<StepKey, StepLocation>();
  const visit = (steps: readonly StepNode[], list: StepListRef, level: number) => {
    steps.forEach((node, position) => {
      index.set(node.key, { list, index: position, node, level, ordinal: index.size });
      for (const branch of BRANCH_NAMES) {
        const nested = node.branches?.[branch];
        if (nested) visit(nested, { type: "branch", step: node.key, branch }, level + 1);
      }
    });
  };
  visit(document.steps, ROOT_STEP_LIST_REF, 0);
  indexes.set(document, index);
  return index;
}

export function findStepList(document: FlowDocument, list: StepListRef): readonly StepNode[] | undefined {
  if (list.type === "root") return document.steps;
  return getLocationsOfAllSteps(document).get(list.step)?.node.branches?.[list.branch];
}

export function findStep(document: FlowDocument, key: StepKey): StepNode | undefined {
  return getLocationsOfAllSteps(document).get(key)?.node;
}

export function listEnclosingConditionals(document: FlowDocument, list: StepListRef): readonly StepKey[] {
  if (list.type === "root") return [];
  const outer = getLocationsOfAllSteps(document).get(list.step)?.list ?? ROOT_STEP_LIST_REF;
  return [list.step, ...listEnclosingConditionals(document, outer)];
}

export function listKeysOfStepAndNestedSteps(node: StepNode): readonly StepKey[] {
  const inside = BRANCH_NAMES.flatMap(
    (branch) => node.branches?.[branch]?.flatMap(listKeysOfStepAndNestedSteps) ?? [],
  );
  return [node.key, ...inside];
}

/** Counts the levels of nested lists: 0 for a plain step, 1 for a conditional without conditionals inside. */
export function getNestingHeight(node: StepNode): number {
  if (!node.branches) return 0;
  return (
    1 + Math.max(0, ...BRANCH_NAMES.flatMap((branch) => node.branches?.[branch]?.map(getNestingHeight) ?? []))
  );
}

/** Innermost first. `change` must return the same array for a list that it does not change. */
export function replaceStepListsOfDocument(
  document: FlowDocument,
  change: (steps: readonly StepNode[], list: StepListRef) => readonly StepNode[],
): FlowDocument {
  const visit = (steps: readonly StepNode[], list: StepListRef): readonly StepNode[] => {
    let changed = false;
    const inner = steps.map((node) => {
      if (!node.branches) return node;
      const branches = { ...node.branches };
      let differs = false;
      for (const branch of BRANCH_NAMES) {
        const before = branches[branch];
        if (!before) continue;
        branches[branch] = visit(before, { type: "branch", step: node.key, branch });
        differs ||= branches[branch] !== before;
      }
      changed ||= differs;
      return differs ? { ...node, branches } : node;
    });
    return change(changed ? inner : steps, list);
  };
  const steps = visit(document.steps, ROOT_STEP_LIST_REF);
  return steps === document.steps ? document : { ...document, steps };
}

/** Innermost first. Returns the same document if nothing changes. `change` must keep the key of a step. */
export function replaceStepsByKey(
  document: FlowDocument,
  keys: readonly StepKey[],
  change: (node: StepNode) => StepNode,
): FlowDocument {
  const wanted = new Set(keys);
  return replaceStepListsOfDocument(document, (steps) => {
    const next = steps.map((node) => (wanted.has(node.key) ? change(node) : node));
    return next.some((node, index) => node !== steps[index]) ? next : steps;
  });
}

export function countSteps(nodes: readonly StepNode[]): { readonly total: number; readonly off: number } {
  let total = nodes.length;
  let off = 0;
  for (const node of nodes) {
    if (!isStepEnabled(node)) off += 1;
    for (const branch of BRANCH_NAMES) {
      const within = countSteps(node.branches?.[branch] ?? []);
      total += within.total;
      off += within.off;
    }
  }
  return { total, off };
}
