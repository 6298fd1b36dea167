import { Plus } from "lucide-react";
import { type Range, type VirtualItem, defaultRangeExtractor, useVirtualizer } from "@tanstack/react-virtual";
import {
  type KeyboardEvent,
  type Ref,
  type RefObject,
  useCallback,
  useImperativeHandle,
  useState,
} from "react";
import type { StepKey } from "#core/flow-document.ts";
import { ROOT } from "#core/step-list.ts";
import { useOpenFlowState } from "#client/document/use-open-flow.tsx";
import { useEditor, useStepSelection } from "#client/features/flow-editor/editor-context.tsx";
import { BreakMarks } from "./break-marks.tsx";
import { BranchRow } from "./branch-row.tsx";
import { useDragState } from "./drag-state.ts";
import { DropMarker } from "./drop-marker.tsx";
import { listGaps } from "./gap-buttons.tsx";
import type { StepListHandle } from "./step-list.tsx";
import type { StepMover } from "./step-mover.ts";
import { StepRow } from "./step-row.tsx";
import { branchList, flattenSteps, stepRowId } from "./step-rows.ts";
import { StepThreads } from "./step-threads.tsx";
import { StepTrackEnd } from "./step-track.tsx";
import { TapTargets } from "./tap-targets.tsx";
import { useShowRow } from "./use-show-row.ts";
import { walkRows } from "./walk-rows.ts";

type StepWindowProps = {
  readonly ref: Ref<StepListHandle>;
  readonly mover: StepMover;
  readonly scroller: RefObject<HTMLDivElement | null>;
  readonly rowHeight: number;
  readonly indent: number;
};

const OVERSCAN = 8;

/**
 * The rows of the list that are near the view; the one that has the focus or is being moved stays mounted, since losing
 * its node would lose the focus or the gesture. Every edit and every scroll renders this, and of the rows only those
 * that look different.
 */
export function StepWindow({ ref, mover, scroller, rowHeight, indent }: StepWindowProps) {
  const { selection, actions } = useEditor();
  const flow = useOpenFlowState((state) => state.history.document);
  const folded = useStepSelection((state) => state.folded);
  const rows = flattenSteps(flow, folded);
  const [active, setActive] = useState(() => firstActive(selection.getState().keys));
  const lead = useDragState((state) => (state.type === "none" ? undefined : state.lead));
  const moving = useDragState((state) => (state.type === "none" ? undefined : state.type));

  const activeIndex = Math.max(
    0,
    rows.findIndex(({ id }) => id === active),
  );
  const leadIndex = lead === undefined ? -1 : rows.findIndex(({ id }) => id === stepRowId(lead));
  const extractRange = useCallback(
    (range: Range) => {
      const kept = [activeIndex, leadIndex].filter((index) => index >= 0 && index < range.count);
      return [...new Set([...defaultRangeExtractor(range), ...kept])].toSorted((a, b) => a - b);
    },
    [activeIndex, leadIndex],
  );
  // The virtualizer computes all places anew when this is another function: only another height of the rows asks for it.
  const getItemKey = useCallback((index: number) => `${index} ${rowHeight}`, [rowHeight]);
  const virtualizer = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    getItemKey,
    overscan: OVERSCAN,
    rangeExtractor: extractRange,
    useFlushSync: false,
  });
  const scrollTo = useCallback(
    (index: number) => scrollToRow(scroller, index, rowHeight),
    [scroller, rowHeight],
  );
  const { focusRow, focusStep, showStep } = useShowRow(scroller, scrollTo, setActive);
  useImperativeHandle(
    ref,
    () => ({
      focusStep,
      showStep,
      visibleKeys: () => rows.flatMap((row) => (row.type === "step" ? [row.node.key] : [])),
      findFocusedBranch: () => {
        const focused = document.activeElement?.getAttribute("data-row");
        const row = rows.find(({ id, type }) => type === "branch" && id === focused);
        return row?.type === "branch" && row.count !== undefined
          ? { list: branchList(row.node.key, row.branch), index: 0 }
          : undefined;
      },
    }),
    [focusStep, showStep, rows],
  );

  const onWalk = (event: KeyboardEvent<HTMLElement>) => {
    const id = event.target instanceof Element ? event.target.getAttribute("data-row") : null;
    if (id === null || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const walk = walkRows(rows, id, event.key);
    if (!walk) return;
    event.preventDefault();
    if (walk.type === "focus") focusRow(walk.id);
    else selection[walk.type](walk.key);
  };

  const renderRow = (item: VirtualItem) => {
    const row = rows[item.index];
    if (!row) return null;
    const shared = {
      top: item.index * rowHeight,
      height: rowHeight,
      indent,
      isActive: item.index === activeIndex,
      onActivate: setActive,
      gaps: listGaps(flow, rows, item.index),
    };
    return row.type === "step" ? (
      <StepRow key={row.id} row={row} mover={mover} {...shared} />
    ) : (
      <BranchRow key={row.id} row={row} {...shared} />
    );
  };
  const items = virtualizer.getVirtualItems();

  return (
    <div
      ref={scroller}
      data-step-scroller=""
      className="min-h-0 flex-1 overflow-y-auto overscroll-contain [overflow-anchor:none]"
    >
      <div className="min-h-full pb-16">
        <div className="relative" style={{ height: virtualizer.getTotalSize() }}>
          <div
            role="list"
            aria-label="Steps"
            data-moving={moving}
            onKeyDownCapture={onWalk}
            className="group/list h-full data-[moving=tap]:pointer-events-none"
          >
            {items.map(renderRow)}
          </div>
          {moving !== undefined && (
            <BreakMarks
              rows={rows}
              first={items[0]?.index ?? 0}
              last={items.at(-1)?.index ?? 0}
              rowHeight={rowHeight}
              indent={indent}
            />
          )}
          {moving === undefined && <StepThreads rows={rows} rowHeight={rowHeight} indent={indent} />}
          <DropMarker rowHeight={rowHeight} indent={indent} />
          {/* No row lights up under what is dragged past it, and finding what the pointer is over costs nothing. */}
          {moving === "pointer" && <div className="absolute inset-0 z-20 cursor-grabbing" />}
          {moving === "tap" && (
            <TapTargets
              mover={mover}
              rows={rows}
              first={items[0]?.index ?? 0}
              last={items.at(-1)?.index ?? 0}
              rowHeight={rowHeight}
              indent={indent}
            />
          )}
        </div>
        <div className="relative flex items-center" style={{ height: rowHeight }}>
          <StepTrackEnd height={rowHeight} />
          <button
            type="button"
            data-add-step=""
            onClick={() => actions.add({ list: ROOT, index: flow.steps.length })}
            className="relative ml-4.5 inline-flex h-8 items-center gap-3 rounded-full pr-3 text-sm text-muted hover:text-ink pointer-coarse:h-10"
          >
            <span className="grid size-7 place-items-center rounded-full border border-dashed border-line-strong bg-surface">
              <Plus aria-hidden="true" className="size-4" />
            </span>
            Add step
          </button>
        </div>
      </div>
    </div>
  );
}

/** Scrolls no further than to where the row and one beside it are to be seen, and not at all when they are. */
function scrollToRow(
  { current: list }: RefObject<HTMLElement | null>,
  index: number,
  rowHeight: number,
): void {
  if (!list) return;
  const lowest = (index - 1) * rowHeight;
  const highest = (index + 2) * rowHeight - list.clientHeight;
  const top = Math.max(highest, Math.min(list.scrollTop, lowest));
  if (top !== list.scrollTop) list.scrollTop = top;
}

function firstActive(selected: ReadonlySet<StepKey>): string | undefined {
  const [key] = selected;
  return key === undefined ? undefined : stepRowId(key);
}
