import { findStepType } from "#contract/find-step-type.ts";
import type { StepCategory } from "#contract/step-types.ts";
import type { StepProblemSummary } from "#core/dataflow/summarize-problems.ts";
import type { StepKey } from "#core/document/flow-document.ts";
import { isStepEnabled, getStepType } from "#core/document/step.ts";
import type { StepListViewport } from "#client/editor/session/editor-session.ts";
import type { StepListRow } from "#client/editor/step-list/step-rows.ts";

// Geometry of the flow map. Lengths are in CSS pixels; a row is as high as `pitch`.

export const MINIMAP_WIDTH_PX = 72;

/** Rows of a short flow are not stretched beyond this height. */
const MAX_PITCH = 8;
const LANE_X = 16;
const INDENT = 7;
/** Steps nested more deeply are drawn in the last lane, because the map has no room for more. */
const DEEPEST_LANE = 4;
/** Half the length of a node, without its round ends. */
const NODE_REACH = 3;
const MARK_RIGHT = MINIMAP_WIDTH_PX - 8;
/** The box must stay visible and draggable in a flow of thousands of rows. */
const MIN_VIEWPORT_HEIGHT = 10;

export interface MinimapRowCountAndPitch {
  readonly rowCount: number;
  readonly pitch: number;
}

export function computeMinimapScale(rowCount: number, height: number): MinimapRowCountAndPitch {
  return { rowCount, pitch: rowCount === 0 ? MAX_PITCH : Math.min(MAX_PITCH, height / rowCount) };
}

/** Returns the index of the row at this distance from the top of the map, or of the nearest row. */
export function findMinimapRowIndexAtY(y: number, { rowCount, pitch }: MinimapRowCountAndPitch): number {
  const row = pitch > 0 ? Math.floor(y / pitch) : 0;
  return Math.max(0, Math.min(rowCount - 1, row));
}

export interface MinimapViewportBox {
  readonly top: number;
  readonly height: number;
}

/** Returns the box on the map that marks the rows visible in the step list. The box never extends beyond the map. */
export function computeMinimapViewportBox(
  { firstRow, rowCount }: StepListViewport,
  scale: MinimapRowCountAndPitch,
): MinimapViewportBox {
  const total = scale.rowCount * scale.pitch;
  const start = Math.max(0, Math.min(total, firstRow * scale.pitch));
  const end = Math.max(start, Math.min(total, (firstRow + rowCount) * scale.pitch));
  const height = Math.min(total, Math.max(MIN_VIEWPORT_HEIGHT, end - start));
  return { top: Math.min(start, total - height), height };
}

/** Returns the first row of the viewport when the map's viewport box starts `top` pixels below the map's top. */
export function findFirstRowOfViewportBox(
  top: number,
  viewport: StepListViewport,
  scale: MinimapRowCountAndPitch,
): number {
  const last = Math.max(0, scale.rowCount - viewport.rowCount);
  return Math.max(0, Math.min(last, scale.pitch > 0 ? top / scale.pitch : 0));
}

export type MinimapStepColorCategory = StepCategory | "unknown";

/** SVG path data: the nodes of all steps, one path per color, and the lanes (vertical lines) behind them. */
export interface MinimapPaths {
  readonly lanes: string;
  readonly families: ReadonlyMap<MinimapStepColorCategory, string>;
  readonly disabled: string;
}

/** One path per color: an element per row would be slow in a flow of thousands of rows. */
export function createMinimapPaths(
  rows: readonly StepListRow[],
  scale: MinimapRowCountAndPitch,
): MinimapPaths {
  const families = new Map<MinimapStepColorCategory, string>();
  let disabled = "";
  for (const { middle, members } of groupRows(rows, scale)) {
    const row = findTypicalRow(members);
    if (!row) continue;
    const node = `M${laneX(row.level) - NODE_REACH} ${middle}h${2 * NODE_REACH}`;
    if (isStepEnabled(row.node)) {
      const family = colorCategoryOf(row);
      families.set(family, (families.get(family) ?? "") + node);
    } else disabled += node;
  }
  return { lanes: drawLanes(rows, scale.pitch), families, disabled };
}

/** Rows closer to each other than this are drawn as one node: finer lines would blend into one color. */
const MIN_NODE_PITCH = 2;

interface RowGroup {
  readonly middle: number;
  readonly members: readonly StepListRow[];
}

function groupRows(rows: readonly StepListRow[], { pitch }: MinimapRowCountAndPitch): readonly RowGroup[] {
  const size = pitch > 0 ? Math.ceil(MIN_NODE_PITCH / pitch) : rows.length;
  const groups: RowGroup[] = [];
  for (let start = 0; start < rows.length; start += size) {
    const members = rows.slice(start, start + size);
    groups.push({ middle: round((start + members.length / 2) * pitch), members });
  }
  return groups;
}

/** Returns the first step whose color is the most frequent one; undefined if the rows are branches only. */
function findTypicalRow(rows: readonly StepListRow[]): StepListRow | undefined {
  if (rows.length === 1) return rows[0]?.type === "step" ? rows[0] : undefined;
  const counts = new Map<string, { readonly row: StepListRow; count: number }>();
  let typical: { readonly row: StepListRow; count: number } | undefined;
  for (const row of rows) {
    if (row.type === "branch") continue;
    const color = isStepEnabled(row.node) ? colorCategoryOf(row) : "disabled";
    const known = counts.get(color) ?? { row, count: 0 };
    known.count += 1;
    counts.set(color, known);
    if (!typical || known.count > typical.count) typical = known;
  }
  return typical?.row;
}

function colorCategoryOf({ node }: StepListRow): MinimapStepColorCategory {
  return findStepType(getStepType(node))?.category ?? "unknown";
}

/** Returns the height of a node: thin lines in a long flow, pills in a short one. */
export function computeMinimapNodeHeightPx({ pitch }: MinimapRowCountAndPitch): number {
  return Math.max(1.25, Math.min(5, round(pitch * 0.65)));
}

/** Draws a mark right of the rows with problems; errors are longer than other problems. */
export function createProblemMarkPaths(
  rows: readonly StepListRow[],
  scale: MinimapRowCountAndPitch,
  severityOf: (row: StepListRow) => StepProblemSummary["severity"] | undefined,
): Readonly<Record<"error" | "warning", string>> {
  const paths = { error: "", warning: "" };
  for (const { middle, members } of groupRows(rows, scale)) {
    const found = members.map(severityOf);
    if (!found.some(Boolean)) continue;
    const severity = found.includes("error") ? "error" : "warning";
    const length = severity === "error" ? 8 : 4;
    paths[severity] += `M${MARK_RIGHT - length} ${middle}h${length}`;
  }
  return paths;
}

/** Draws a line across the map at each of these steps. */
export function createStepMarkPath(
  rows: readonly StepListRow[],
  { pitch }: MinimapRowCountAndPitch,
  keys: ReadonlySet<StepKey>,
): string {
  if (keys.size === 0) return "";
  let path = "";
  rows.forEach((row, index) => {
    if (row.type === "step" && keys.has(row.node.key))
      path += `M0 ${middleOf(index, pitch)}H${MINIMAP_WIDTH_PX}`;
  });
  return path;
}

function middleOf(index: number, pitch: number): number {
  return round((index + 0.5) * pitch);
}

/** Along every unbroken series of rows that are nested at least as deeply as the line. */
function drawLanes(rows: readonly StepListRow[], pitch: number): string {
  const starts: number[] = [];
  let path = "";
  const close = (depth: number, end: number) => {
    while (starts.length > depth) {
      const start = starts.pop() ?? 0;
      path += `M${laneX(starts.length)} ${round(start * pitch)}V${round(end * pitch)}`;
    }
  };
  rows.forEach(({ level }, index) => {
    const lanes = Math.min(level, DEEPEST_LANE) + 1;
    close(lanes, index);
    while (starts.length < lanes) starts.push(index);
  });
  close(0, rows.length);
  return path;
}

function laneX(level: number): number {
  return LANE_X + Math.min(level, DEEPEST_LANE) * INDENT;
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}

/** Returns the index of the step row that a key moves the map's cursor to; undefined if the key has no effect. */
export function findMinimapRowIndexForKey(
  rows: readonly StepListRow[],
  from: number,
  { key, page }: { readonly key: string; readonly page: number },
): number | undefined {
  const last = rows.length - 1;
  const targets: Readonly<Record<string, readonly [row: number, direction: 1 | -1]>> = {
    ArrowDown: [from + 1, 1],
    ArrowRight: [from + 1, 1],
    ArrowUp: [from - 1, -1],
    ArrowLeft: [from - 1, -1],
    PageDown: [Math.min(last, from + page), -1],
    PageUp: [Math.max(0, from - page), 1],
    Home: [0, 1],
    End: [last, -1],
  };
  const target = targets[key];
  if (!target) return undefined;
  const [row, direction] = target;
  return findMinimapRowOfStep(rows, row, direction) ?? from;
}

/** Returns the first row of a step, not of a branch, at or beyond `index` in this direction. */
export function findMinimapRowOfStep(
  rows: readonly StepListRow[],
  index: number,
  direction: 1 | -1,
): number | undefined {
  for (let at = index; at >= 0 && at < rows.length; at += direction) {
    if (rows[at]?.type === "step") return at;
  }
  return undefined;
}
