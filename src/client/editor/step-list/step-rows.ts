import {
  BRANCH_NAMES,
  type BranchName,
  type FlowDocument,
  type StepKey,
  type StepNode,
} from "#core/document/flow-document.ts";
import {
  ROOT_STEP_LIST_REF,
  type StepListRef,
  countSteps,
  isSameStepListRef,
} from "#core/document/step-list.ts";

export interface StepRowData {
  readonly type: "step";
  readonly id: string;
  readonly node: StepNode;
  readonly list: StepListRef;
  readonly index: number;
  readonly count: number;
  /** 0 at the top level, +1 per surrounding conditional. */
  readonly level: number;
  /** Lists that end with this row: 2 for the last step of an `else` branch that ends its own list. */
  readonly closes: number;
  readonly isFolded: boolean;
}

export interface BranchRowData {
  readonly type: "branch";
  readonly id: string;
  readonly node: StepNode;
  readonly branch: BranchName;
  /** Nested ones included; undefined if the branch's value is not a list, which stays unchanged. */
  readonly count: number | undefined;
  readonly level: number;
  readonly closes: number;
}

export type StepListRow = StepRowData | BranchRowData;

interface FlattenedSteps {
  readonly steps: readonly StepNode[];
  readonly folded: ReadonlySet<StepKey>;
  readonly rows: readonly StepListRow[];
}

const flattened = new WeakMap<readonly StepNode[], FlattenedSteps>();
let lastFlattened: FlattenedSteps | undefined;

/** Cached per document, so that all callers get the same row objects; a step that an edit left alone keeps its row. */
export function flattenStepsToRows(
  { steps }: Pick<FlowDocument, "steps">,
  folded: ReadonlySet<StepKey>,
): readonly StepListRow[] {
  let known = flattened.get(steps);
  if (known?.folded !== folded) {
    const rows = lastFlattened?.folded === folded ? replaceNodesOfRows(lastFlattened, steps) : undefined;
    known = { steps, folded, rows: rows ?? writeRows(steps, folded) };
    flattened.set(steps, known);
  }
  lastFlattened = known;
  return known.rows;
}

/** Undefined if a step was added, removed or moved. */
function replaceNodesOfRows(
  before: FlattenedSteps,
  steps: readonly StepNode[],
): readonly StepListRow[] | undefined {
  const replaced = new Map<StepNode, StepNode>();
  const collect = (old: readonly StepNode[] | undefined, now: readonly StepNode[] | undefined): boolean => {
    if (!old || !now) return old === now;
    if (old.length !== now.length) return false;
    return now.every((node, index) => {
      const other = old[index];
      if (node === other) return true;
      if (node.key !== other?.key || !node.branches !== !other.branches) return false;
      replaced.set(other, node);
      return BRANCH_NAMES.every((branch) => collect(other.branches?.[branch], node.branches?.[branch]));
    });
  };
  if (!collect(before.steps, steps)) return undefined;
  return before.rows.map((row) => {
    const node = replaced.get(row.node);
    return node ? { ...row, node } : row;
  });
}

function writeRows(steps: readonly StepNode[], folded: ReadonlySet<StepKey>): readonly StepListRow[] {
  const rows: StepListRow[] = [];
  pushList({ rows, folded }, { list: ROOT_STEP_LIST_REF, steps, level: 0, closes: 0 });
  return rows;
}

interface RowWriter {
  readonly rows: StepListRow[];
  readonly folded: ReadonlySet<StepKey>;
}

interface OpenList {
  readonly list: StepListRef;
  readonly steps: readonly StepNode[];
  readonly level: number;
  readonly closes: number;
}

function pushList(writer: RowWriter, { list, steps, level, closes }: OpenList) {
  const { rows, folded } = writer;
  const count = steps.length;
  steps.forEach((node, index) => {
    const ends = index === count - 1 ? closes + 1 : 0;
    const isFolded = node.branches !== undefined && folded.has(node.key);
    const isOpen = node.branches !== undefined && !isFolded;
    rows.push({
      type: "step",
      id: buildStepRowId(node.key),
      node,
      list,
      index,
      count,
      level,
      closes: isOpen ? 0 : ends,
      isFolded,
    });
    if (isOpen) pushBranches(writer, node, level + 1, ends);
  });
}

function pushBranches(writer: RowWriter, node: StepNode, level: number, closes: number) {
  for (const branch of BRANCH_NAMES) {
    const steps = node.branches?.[branch];
    const outerCloses = branch === "falseSteps" ? closes : 0;
    writer.rows.push({
      type: "branch",
      id: buildBranchRowId(node.key, branch),
      node,
      branch,
      count: steps && countSteps(steps).total,
      level,
      closes: steps && steps.length > 0 ? 0 : outerCloses + 1,
    });
    if (steps)
      pushList(writer, {
        list: buildBranchStepListReference(node.key, branch),
        steps,
        level,
        closes: outerCloses,
      });
  }
}

export function buildStepRowId(key: StepKey): string {
  return `step ${key}`;
}

export function buildBranchRowId(key: StepKey, branch: BranchName): string {
  return `${branch} ${key}`;
}

export function buildBranchStepListReference(step: StepKey, branch: BranchName): StepListRef {
  return { type: "branch", step, branch };
}

export function findDeepestRowLevel(rows: readonly StepListRow[]): number {
  return rows.reduce((deepest, { level }) => Math.max(deepest, level), 0);
}

/** Whether two rows render and behave the same, so that a re-render can be skipped. */
export function areRowsEqual(a: StepListRow, b: StepListRow): boolean {
  if (a === b) return true;
  if (a.node !== b.node || a.level !== b.level || a.closes !== b.closes || a.count !== b.count) return false;
  if (a.type === "step" && b.type === "step")
    return a.index === b.index && a.isFolded === b.isFolded && isSameStepListRef(a.list, b.list);
  return a.id === b.id;
}
