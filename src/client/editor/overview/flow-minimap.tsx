import {
  type KeyboardEvent,
  type PointerEvent,
  memo,
  useCallback,
  useDeferredValue,
  useMemo,
  useRef,
  useState,
} from "react";
import type { StepKey } from "#core/document/flow-document.ts";
import { useOpenFlowState } from "#client/document/use-open-flow.tsx";
import { STEP_CATEGORY_STROKE_CLASSES } from "#client/flow/flow-line.tsx";
import { joinClasses } from "#client/ui/format/join-classes.ts";
import { useEditor, useFlowProblems, useStepSelection } from "#client/editor/session/editor-provider.tsx";
import { buildStepRowAccessibleName } from "#client/editor/session/step-row-accessible-name.ts";
import { getStepRowProblemSummary } from "#client/editor/problems/row-problem-summary.ts";
import { type StepListRow, flattenStepsToRows } from "#client/editor/step-list/step-rows.ts";
import {
  MINIMAP_WIDTH_PX,
  type MinimapRowCountAndPitch,
  computeMinimapScale,
  computeMinimapNodeHeightPx,
  computeMinimapViewportBox,
  createMinimapPaths,
  createProblemMarkPaths,
  createStepMarkPath,
  findFirstRowOfViewportBox,
  findMinimapRowIndexAtY,
  findMinimapRowIndexForKey,
  findMinimapRowOfStep,
} from "./minimap-paths.ts";

/** Number of rows up to which a flow has no map, because the list shows almost all of so few rows. */
const MAX_ROWS_WITHOUT_MAP = 30;

type FlowMapProps = {
  readonly rows: readonly StepListRow[];
  /** Called with the step whose row was pressed, after the list has scrolled there. */
  readonly onPress: (key: StepKey) => void;
  readonly onEnter: (key: StepKey) => void;
  readonly className?: string;
};

/** Undefined for a short flow. Deferred, so that an edit renders before the map. */
export function useMinimapRows(): readonly StepListRow[] | undefined {
  const document = useDeferredValue(useOpenFlowState(({ history }) => history.document));
  const folded = useDeferredValue(useStepSelection((state) => state.folded));
  const rows = flattenStepsToRows(document, folded);
  return rows.length > MAX_ROWS_WITHOUT_MAP ? rows : undefined;
}

/** A map of all rows of a long flow: shows the viewport, and scrolls the list when pressed or dragged. */
export function FlowMinimap({ rows, onPress, onEnter, className }: FlowMapProps) {
  const { list } = useEditor();
  const [height, measure] = useHeight();
  const rowCount = rows.length;
  const scale = useMemo(() => computeMinimapScale(rowCount, height), [rowCount, height]);
  const cursor = useCursor(rows);
  const drag = useViewportDrag(scale, (y) => {
    const row = findNearestStepRow(rows, findMinimapRowIndexAtY(y, scale));
    if (row === undefined) return;
    cursor.moveTo(row.index);
    onPress(row.key);
  });
  const box = useViewportBox(scale);

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const at = rows[cursor.index];
    if (event.key === "Enter" && at) {
      event.preventDefault();
      onEnter(at.node.key);
      return;
    }
    const page = Math.max(1, Math.floor(list.current?.readViewport()?.rowCount ?? 10));
    const next = findMinimapRowIndexForKey(rows, cursor.index, { key: event.key, page });
    const target = next === undefined ? undefined : rows[next];
    if (next === undefined || !target) return;
    event.preventDefault();
    cursor.moveTo(next);
    list.current?.showStep(target.node.key);
  };

  return (
    <div
      ref={measure}
      role="slider"
      aria-label="Map of the flow"
      aria-orientation="vertical"
      aria-valuemin={1}
      aria-valuemax={rowCount}
      aria-valuenow={cursor.index + 1}
      aria-valuetext={cursor.description}
      tabIndex={0}
      data-flow-map=""
      onFocus={cursor.moveIntoView}
      onKeyDown={onKeyDown}
      {...drag}
      style={{ width: MINIMAP_WIDTH_PX }}
      className={joinClasses("group relative shrink-0 touch-none overflow-hidden focus-inset", className)}
    >
      <MapDrawing rows={rows} scale={scale} />
      <div
        className="pointer-events-none absolute inset-x-0 top-0 border-y border-ink opacity-0 group-focus-visible:opacity-100"
        style={{ transform: `translateY(${cursor.index * scale.pitch}px)`, height: Math.max(4, scale.pitch) }}
      />
      <div
        ref={box}
        data-map-viewport=""
        className="absolute inset-x-0.5 top-0 cursor-grab rounded-sm border border-line-strong bg-ink/6 active:cursor-grabbing forced-colors:border-[Highlight]"
      />
    </div>
  );
}

function useHeight() {
  const [height, setHeight] = useState(0);
  const measure = useCallback((element: HTMLElement | null) => {
    if (!element) return;
    const observer = new ResizeObserver(() => setHeight(element.clientHeight));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  return [height, measure] as const;
}

/** Stores the step from which the arrow keys move, by its key instead of its index, because edits change indexes. */
function useCursor(rows: readonly StepListRow[]) {
  const { list, selection } = useEditor();
  const [key, setKey] = useState<StepKey>();
  const marks = useFlowProblems((state) => (key === undefined ? undefined : state.marks.get(key)));
  const known = rows.findIndex((row) => row.type === "step" && row.node.key === key);
  const index = Math.max(0, known);
  const row = rows[index];
  const moveTo = (next: number) => setKey(rows[next]?.node.key);
  return {
    index,
    description:
      row?.type === "step"
        ? buildStepRowAccessibleName(row.node, row.index, {
            problem: getStepRowProblemSummary(marks, row.isFolded)?.text,
            branch: undefined,
            isSelected: false,
          })
        : undefined,
    moveTo,
    /** To the selected step or, without a selection, to the first row in view. */
    moveIntoView: () => {
      const { keys } = selection.getState();
      const viewport = list.current?.readViewport();
      const top = Math.max(0, Math.ceil(viewport?.firstRow ?? 0));
      const isInView = viewport !== undefined && index >= top && index < top + viewport.rowCount;
      if (known >= 0 && isInView) return;
      const selected = rows.findIndex(({ type, node }) => type === "step" && keys.has(node.key));
      moveTo(selected >= 0 ? selected : (findNearestStepRow(rows, top)?.index ?? 0));
    },
  };
}

function findNearestStepRow(rows: readonly StepListRow[], index: number) {
  const found = findMinimapRowOfStep(rows, index, 1) ?? findMinimapRowOfStep(rows, index, -1);
  const row = found === undefined ? undefined : rows[found];
  return found === undefined || !row ? undefined : { index: found, key: row.node.key };
}

/** Returns a ref callback that moves the viewport box with the list's scroll position, without rendering. */
function useViewportBox(scale: MinimapRowCountAndPitch) {
  const { list } = useEditor();
  return useCallback(
    (box: HTMLDivElement) => {
      const update = () => {
        const viewport = list.current?.readViewport();
        if (!viewport) return;
        const { top, height } = computeMinimapViewportBox(viewport, scale);
        box.style.transform = `translateY(${top}px)`;
        box.style.height = `${height}px`;
      };
      update();
      return list.current?.subscribeToViewport(update);
    },
    [list, scale],
  );
}

/** A press outside the viewport box centers the box there; dragging then moves it. */
function useViewportDrag(scale: MinimapRowCountAndPitch, onPress: (y: number) => void) {
  const { list } = useEditor();
  const grip = useRef<{ readonly offset: number; readonly startY: number; hasMoved: boolean }>(undefined);
  const readY = (event: PointerEvent<HTMLElement>) =>
    event.clientY - event.currentTarget.getBoundingClientRect().top;
  const moveBoxTo = (top: number) => {
    const viewport = list.current?.readViewport();
    if (viewport) list.current?.scrollToRowOffset(findFirstRowOfViewportBox(top, viewport, scale));
  };
  const end = () => {
    grip.current = undefined;
  };
  return {
    onPointerDown: (event: PointerEvent<HTMLElement>) => {
      const viewport = list.current?.readViewport();
      if (event.button !== 0 || !viewport) return;
      const y = readY(event);
      const box = computeMinimapViewportBox(viewport, scale);
      const isInside = y >= box.top && y <= box.top + box.height;
      grip.current = { offset: isInside ? y - box.top : box.height / 2, startY: y, hasMoved: false };
      event.currentTarget.setPointerCapture(event.pointerId);
      if (!isInside) moveBoxTo(y - box.height / 2);
    },
    onPointerMove: (event: PointerEvent<HTMLElement>) => {
      if (!grip.current) return;
      const y = readY(event);
      grip.current.hasMoved ||= Math.abs(y - grip.current.startY) > MIN_DRAG_PX;
      if (grip.current.hasMoved) moveBoxTo(y - grip.current.offset);
    },
    onPointerUp: (event: PointerEvent<HTMLElement>) => {
      const isPress = grip.current && !grip.current.hasMoved;
      end();
      if (isPress) onPress(readY(event));
    },
    onPointerCancel: end,
  };
}

/** Distance in CSS pixels from which a press counts as a drag. */
const MIN_DRAG_PX = 3;

type DrawingProps = { readonly rows: readonly StepListRow[]; readonly scale: MinimapRowCountAndPitch };

/** Memoized, so that moving the map's cursor does not draw this again. */
const MapDrawing = memo(function MapDrawing({ rows, scale }: DrawingProps) {
  const marks = useDeferredValue(useFlowProblems((state) => state.marks));
  const selected = useDeferredValue(useStepSelection((state) => state.keys));
  const { lanes, families, disabled } = useMemo(() => createMinimapPaths(rows, scale), [rows, scale]);
  const problems = useMemo(
    () =>
      createProblemMarkPaths(rows, scale, (row) =>
        row.type === "step"
          ? getStepRowProblemSummary(marks.get(row.node.key), row.isFolded)?.severity
          : undefined,
      ),
    [rows, scale, marks],
  );
  const selection = useMemo(() => createStepMarkPath(rows, scale, selected), [rows, scale, selected]);
  const thickness = computeMinimapNodeHeightPx(scale);
  const isPill = thickness >= 3;
  return (
    <svg
      aria-hidden="true"
      width={MINIMAP_WIDTH_PX}
      height={Math.max(1, rows.length * scale.pitch)}
      fill="none"
      strokeWidth={thickness}
      strokeLinecap={isPill ? "round" : "square"}
      className="pointer-events-none block"
    >
      {selection !== "" && (
        <>
          <path d={selection} strokeWidth={Math.max(4, scale.pitch)} className="stroke-accent-soft" />
          <path
            d={selection}
            strokeWidth={Math.max(3, scale.pitch)}
            strokeLinecap="butt"
            strokeDasharray={`3 ${MINIMAP_WIDTH_PX}`}
            className="stroke-accent forced-colors:stroke-[Highlight]"
          />
        </>
      )}
      <path d={lanes} strokeWidth="1" strokeLinecap="butt" className="stroke-line-strong/55" />
      {[...families].map(([family, path]) => (
        <path key={family} d={path} className={STEP_CATEGORY_STROKE_CLASSES[family].stroke} />
      ))}
      {disabled !== "" && (
        <>
          <path d={disabled} className="stroke-line-strong" />
          {/* Covers the inside of each pill, which leaves a hollow outline. */}
          {isPill && <path d={disabled} strokeWidth={thickness - 2} className="stroke-surface" />}
        </>
      )}
      <path d={problems.warning} {...markStroke} className="stroke-warning" />
      <path d={problems.error} {...markStroke} className="stroke-danger" />
    </svg>
  );
});

const markStroke = { strokeWidth: 2, strokeLinecap: "butt" } as const;

/** Explains each mark of the map. Shown only beside the map of a narrow page, which has room for it. */
export function FlowMinimapLegend() {
  return (
    <ul className="flex flex-col gap-1 text-sm text-muted">
      {LEGEND.map(({ label, path, className }) => (
        <li key={label} className="flex items-center gap-3">
          <svg aria-hidden="true" width="16" height="10" strokeWidth="2" fill="none" className="shrink-0">
            <path d={path} className={className} />
          </svg>
          {label}
        </li>
      ))}
      <li className="mt-1">Press or drag to scroll the list.</li>
    </ul>
  );
}

const LEGEND = [
  { label: "Error", path: "M4 5h8", className: "stroke-danger" },
  { label: "Warning", path: "M6 5h4", className: "stroke-warning" },
  { label: "Off", path: "M3 3h10v4h-10z", className: "stroke-line-strong" },
  { label: "Selected", path: "M7 1v8", className: "stroke-accent" },
] as const;
