import { BRANCHES, type Branch, type FlowDocument, type StepKey, type StepNode } from "./flow-document.ts";

/** One of a document's lists of steps. */
export type StepListRef =
  | { readonly type: "root" }
  | { readonly type: "branch"; readonly step: StepKey; readonly branch: Branch };

/** A gap in a list: `index` 0 is before its first step, `length` after its last, counted as the list stands before the edit. */
export interface Place {
  readonly list: StepListRef;
  readonly index: number;
}

export interface StepLocation extends Place {
  readonly node: StepNode;
  /** 0 at the top, +1 per conditional around it. */
  readonly level: number;
  /** Its number on the page, nested steps counted: the order in which {@link locateSteps} lists them. */
  readonly ordinal: number;
}

export const ROOT: StepListRef = { type: "root" };

export function isSameList(a: StepListRef, b: StepListRef): boolean {
  if (a.type === "root" || b.type === "root") return a.type === b.type;
  return a.step === b.step && a.branch === b.branch;
}

const indexes = new WeakMap<FlowDocument, ReadonlyMap<StepKey, StepLocation>>();

/** Every step by key, nested ones included, in the order of the page. Computed once per document. */
export function locateSteps(document: FlowDocument): ReadonlyMap<StepKey, StepLocation> {
  const known = indexes.get(document);
  if (known) return known;
  const index = new Map<StepKey, StepLocation>();
  const visit = (steps: readonly StepNode[], list: StepListRef, level: number) => {
    steps.forEach((node, position) => {
      index.set(node.key, { list, index: position, node, level, ordinal: index.size });
      for (const branch of BRANCHES) {
        const nested = node.branches?.[branch];
        if (nested) visit(nested, { type: "branch", step: node.key, branch }, level + 1);
      }
    });
  };
  visit(document.steps, ROOT, 0);
  indexes.set(document, index);
  return index;
}

/** The steps of a list; undefined when the document has no such list. */
export function findList(document: FlowDocument, list: StepListRef): readonly StepNode[] | undefined {
  if (list.type === "root") return document.steps;
  return locateSteps(document).get(list.step)?.node.branches?.[list.branch];
}

export function findStep(document: FlowDocument, key: StepKey): StepNode | undefined {
  return locateSteps(document).get(key)?.node;
}

/** The conditionals around a list, from the inside out; none for the top level. */
export function stepsAround(document: FlowDocument, list: StepListRef): readonly StepKey[] {
  if (list.type === "root") return [];
  const outer = locateSteps(document).get(list.step)?.list ?? ROOT;
  return [list.step, ...stepsAround(document, outer)];
}

/** The step's own key and those of every step inside it. */
export function keysWithin(node: StepNode): readonly StepKey[] {
  const inside = BRANCHES.flatMap((branch) => node.branches?.[branch]?.flatMap(keysWithin) ?? []);
  return [node.key, ...inside];
}

/** Levels of lists inside the step: 0 for a plain step, 1 for a conditional whose branches hold plain steps or nothing. */
export function heightOf(node: StepNode): number {
  if (!node.branches) return 0;
  return 1 + Math.max(0, ...BRANCHES.flatMap((branch) => node.branches?.[branch]?.map(heightOf) ?? []));
}

/** Rewrites every list from the inside out; `change` returns the same array to leave a list as it is, and untouched subtrees stay shared. */
export function mapLists(
  document: FlowDocument,
  change: (steps: readonly StepNode[], list: StepListRef) => readonly StepNode[],
): FlowDocument {
  const visit = (steps: readonly StepNode[], list: StepListRef): readonly StepNode[] => {
    let changed = false;
    const inner = steps.map((node) => {
      if (!node.branches) return node;
      const branches = { ...node.branches };
      let differs = false;
      for (const branch of BRANCHES) {
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
  const steps = visit(document.steps, ROOT);
  return steps === document.steps ? document : { ...document, steps };
}

/**
 * Replaces the named steps, those inside others first; the same document when `change` returns the same nodes or none
 * of them is there. A node that is put in place of another keeps its key.
 */
export function mapSteps(
  document: FlowDocument,
  keys: readonly StepKey[],
  change: (node: StepNode) => StepNode,
): FlowDocument {
  const wanted = new Set(keys);
  return mapLists(document, (steps) => {
    const next = steps.map((node) => (wanted.has(node.key) ? change(node) : node));
    return next.some((node, index) => node !== steps[index]) ? next : steps;
  });
}
