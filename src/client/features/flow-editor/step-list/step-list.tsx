import { Plus } from "lucide-react";
import { type VirtualItem, type Range, defaultRangeExtractor, useVirtualizer } from "@tanstack/react-virtual";
import { useCallback, useImperativeHandle, useMemo, useRef, useState, type Ref } from "react";
import type { StepKey } from "#core/flow-document.ts";
import { ROOT, findRootStep } from "#core/step-list.ts";
import { useEditor } from "#client/features/flow-editor/editor-context.tsx";
import { useOpenFlowState } from "#client/document/use-open-flow.tsx";
import { DropMarker } from "./drop-marker.tsx";
import { useDragState } from "./drag-state.ts";
import { StepTrackEnd } from "./step-track.tsx";
import { useRowHeight } from "./row-height.ts";
import { StepDragArea } from "./step-drag-area.tsx";
import { StepRow } from "./step-row.tsx";

/** Where the focus can be put in a row. */
export type RowPart = "row" | "handle" | "menu" | "switch";

export interface StepListHandle {
  /** Scrolls the step into view and focuses a part of its row, mounting the row if need be. */
  readonly focusStep: (key: StepKey, part?: RowPart) => void;
  /** Scrolls the step into view and makes it the row that Tab reaches; the focus stays where it is. */
  readonly showStep: (key: StepKey) => void;
}

type StepListProps = {
  readonly selected: StepKey | undefined;
  readonly ref: Ref<StepListHandle>;
};

const OVERSCAN = 8;

/**
 * The steps of the open flow as one windowed list. Only the rows near the view are in the page; the one that has the
 * focus or is being moved stays mounted, since losing its node would lose the focus or the gesture.
 */
export function StepList({ selected, ref }: StepListProps) {
  const steps = useOpenFlowState((state) => state.history.document.steps);
  const rowHeight = useRowHeight();
  const scroller = useRef<HTMLDivElement>(null);
  const [active, setActive] = useState<StepKey | undefined>(selected);
  const moving = useDragState((state) => (state.type === "none" ? undefined : state.key));

  const indexes = useMemo(() => new Map(steps.map((node, index) => [node.key, index])), [steps]);
  const indexOf = (key: StepKey | undefined) => (key === undefined ? undefined : indexes.get(key));
  const activeIndex = indexOf(active) ?? 0;
  const movingIndex = indexOf(moving);

  const extractRange = useCallback(
    (range: Range) => {
      const kept = [activeIndex, movingIndex].filter((index) => index !== undefined && index < range.count);
      return [...new Set([...defaultRangeExtractor(range), ...kept])]
        .filter((index) => index !== undefined)
        .toSorted((a, b) => a - b);
    },
    [activeIndex, movingIndex],
  );
  const virtualizer = useVirtualizer({
    count: steps.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    getItemKey: (index) => steps[index]?.key ?? index,
    overscan: OVERSCAN,
    scrollPaddingStart: rowHeight,
    scrollPaddingEnd: rowHeight,
    rangeExtractor: extractRange,
    useFlushSync: false,
  });

  const { openFlow, actions } = useEditor();
  const showStep = useCallback(
    (key: StepKey, onShown?: () => void) => {
      setActive(key);
      // After the edit that led here is drawn; a row that only the scroll mounts is there a frame later.
      requestAnimationFrame(() => {
        const { document } = openFlow.getState().history;
        const root = findRootStep(document, key);
        const index = document.steps.findIndex((node) => node.key === root);
        if (index < 0) return;
        virtualizer.scrollToIndex(index);
        onShown?.();
        requestAnimationFrame(() => onShown?.());
      });
    },
    [openFlow, virtualizer],
  );
  const focusStep = useCallback(
    (key: StepKey, part: RowPart = "row") =>
      showStep(key, () => findRowPart(scroller.current, key, part)?.focus({ preventScroll: true })),
    [showStep],
  );
  useImperativeHandle(ref, () => ({ focusStep, showStep }), [focusStep, showStep]);

  const renderRow = (item: VirtualItem) => {
    const node = steps[item.index];
    if (!node) return null;
    return (
      <StepRow
        key={node.key}
        node={node}
        index={item.index}
        count={steps.length}
        top={item.index * rowHeight}
        height={rowHeight}
        isActive={item.index === activeIndex}
        isSelected={node.key === selected}
        onActivate={setActive}
      />
    );
  };

  return (
    <StepDragArea steps={steps} rowHeight={rowHeight} scroller={scroller}>
      <div role="list" aria-label="Steps" className="relative" style={{ height: virtualizer.getTotalSize() }}>
        {virtualizer.getVirtualItems().map(renderRow)}
        <DropMarker rowHeight={rowHeight} />
      </div>
      <div className="relative flex items-center" style={{ height: rowHeight }}>
        <StepTrackEnd height={rowHeight} />
        <button
          type="button"
          data-add-step=""
          onClick={() => actions.add({ list: ROOT, index: steps.length })}
          className="relative ml-4.5 inline-flex h-8 items-center gap-3 rounded-full pr-3 text-sm text-muted hover:text-ink pointer-coarse:h-10"
        >
          <span className="grid size-7 place-items-center rounded-full border border-dashed border-line-strong bg-surface">
            <Plus aria-hidden="true" className="size-4" />
          </span>
          Add step
        </button>
      </div>
    </StepDragArea>
  );
}

const parts: Readonly<Record<RowPart, string>> = {
  row: "",
  handle: " [data-part=handle]",
  menu: " [data-part=menu]",
  switch: " [role=switch]",
};

function findRowPart(list: HTMLElement | null, key: StepKey, part: RowPart): HTMLElement | null | undefined {
  return list?.querySelector<HTMLElement>(`[data-step-key="${CSS.escape(key)}"]${parts[part]}`);
}
