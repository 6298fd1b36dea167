import {
  BRANCHES,
  type Branch,
  type FlowDocument,
  type StepKey,
  type StepNode,
} from "#core/flow-document.ts";
import { ROOT, type StepListRef, isSameList } from "#core/step-list.ts";

export interface StepItem {
  readonly type: "step";
  /** Names the row among all rows, for as long as the flow is open. */
  readonly id: string;
  readonly node: StepNode;
  readonly list: StepListRef;
  readonly index: number;
  /** Steps in its list. */
  readonly count: number;
  /** 0 at the top, +1 per conditional around it. */
  readonly level: number;
  /** How many lists have their last row here, this step's own first, then those around it. */
  readonly closes: number;
  readonly isFolded: boolean;
}

/** The row over the steps of a branch. */
export interface BranchItem {
  readonly type: "branch";
  readonly id: string;
  /** The conditional. */
  readonly node: StepNode;
  readonly branch: Branch;
  /** Undefined when what is there is not a list of steps: kept as it came, and closed to the list. */
  readonly count: number | undefined;
  /** That of the steps under it, so one more than the conditional's. */
  readonly level: number;
  readonly closes: number;
}

export type StepListRow = StepItem | BranchItem;

const known = new WeakMap<
  readonly StepNode[],
  { readonly folded: ReadonlySet<StepKey>; readonly rows: readonly StepListRow[] }
>();

/**
 * The rows of a flow from top to bottom: each step, and under an unfolded conditional each branch with what it holds.
 * The last answer for a document is kept, so that whoever asks between two renders gets the very same rows.
 */
export function flattenSteps(
  { steps }: Pick<FlowDocument, "steps">,
  folded: ReadonlySet<StepKey>,
): readonly StepListRow[] {
  const last = known.get(steps);
  if (last?.folded === folded) return last.rows;
  const rows: StepListRow[] = [];
  pushList(rows, folded, { list: ROOT, steps, level: 0, closes: 0 });
  known.set(steps, { folded, rows });
  return rows;
}

interface OpenList {
  readonly list: StepListRef;
  readonly steps: readonly StepNode[];
  readonly level: number;
  /** How many lists around this one end with it. */
  readonly closes: number;
}

function pushList(
  rows: StepListRow[],
  folded: ReadonlySet<StepKey>,
  { list, steps, level, closes }: OpenList,
) {
  const count = steps.length;
  steps.forEach((node, index) => {
    const ends = index === count - 1 ? closes + 1 : 0;
    const isFolded = node.branches !== undefined && folded.has(node.key);
    const isOpen = node.branches !== undefined && !isFolded;
    rows.push({
      type: "step",
      id: stepRowId(node.key),
      node,
      list,
      index,
      count,
      level,
      closes: isOpen ? 0 : ends,
      isFolded,
    });
    if (isOpen) pushBranches(rows, folded, node, level + 1, ends);
  });
}

function pushBranches(
  rows: StepListRow[],
  folded: ReadonlySet<StepKey>,
  node: StepNode,
  level: number,
  closes: number,
) {
  for (const branch of BRANCHES) {
    const steps = node.branches?.[branch];
    const around = branch === "falseSteps" ? closes : 0;
    rows.push({
      type: "branch",
      id: branchRowId(node.key, branch),
      node,
      branch,
      count: steps?.length,
      level,
      closes: steps && steps.length > 0 ? 0 : around + 1,
    });
    if (steps) pushList(rows, folded, { list: branchList(node.key, branch), steps, level, closes: around });
  }
}

export function stepRowId(key: StepKey): string {
  return `step ${key}`;
}

export function branchRowId(key: StepKey, branch: Branch): string {
  return `${branch} ${key}`;
}

export function branchList(step: StepKey, branch: Branch): StepListRef {
  return { type: "branch", step, branch };
}

/** The level of the rows that stand farthest in. */
export function deepestLevel(rows: readonly StepListRow[]): number {
  return rows.reduce((deepest, { level }) => Math.max(deepest, level), 0);
}

/** Whether two rows look and do the same, so that the one drawn can stay. */
export function isSameRow(a: StepListRow, b: StepListRow): boolean {
  if (a.node !== b.node || a.level !== b.level || a.closes !== b.closes || a.count !== b.count) return false;
  if (a.type === "step" && b.type === "step")
    return a.index === b.index && a.isFolded === b.isFolded && isSameList(a.list, b.list);
  return a.id === b.id;
}
