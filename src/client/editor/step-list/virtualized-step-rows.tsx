import { Plus } from "lucide-react";
import { type Ref, type RefObject, memo, useCallback, useImperativeHandle, useState } from "react";
import { CONDITIONAL_BRANCH_LABELS } from "#core/document/branch-step-counts.ts";
import type { FlowDocument, StepKey } from "#core/document/flow-document.ts";
import { ROOT_STEP_LIST_REF, findStep } from "#core/document/step-list.ts";
import { getStepName } from "#core/document/step.ts";
import { useOpenFlowState, useViewOnlyReason } from "#client/document/use-open-flow.tsx";
import { useEditor, useStepSelection } from "#client/editor/session/editor-provider.tsx";
import { useFixedRows } from "#client/ui/rows/use-fixed-rows.ts";
import { getDisabledReasonProps } from "#client/ui/overlays/tooltip.ts";
import { openAddStepDialog } from "#client/editor/actions/add-step.ts";
import { runWhenBrowserIdle } from "#client/data/api/run-when-browser-idle.ts";
import { createLazyComponent } from "#client/ui/hooks/create-lazy-component.tsx";
import {
  ReferenceBreakingDropMarkers,
  DropPlaceMarker,
  MoveDestinationButtons,
} from "./drop-place-marker.tsx";
import { BranchRow } from "./branch-row.tsx";
import { useStepMoveState } from "#client/editor/session/step-move-state.ts";
import { listPlacesAtRow } from "./insert-step-buttons.tsx";
import { LIST_TOP_PADDING_PX } from "./row-geometry.ts";
import type { StepListHandle } from "#client/editor/session/editor-session.ts";
import type { StepMoveController } from "./step-move-controller.ts";
import { StepRow } from "./step-row.tsx";
import {
  type StepRowData,
  buildBranchStepListReference,
  flattenStepsToRows,
  buildStepRowId,
} from "./step-rows.ts";
import { FlowEndMarker, AddStepRowConnector, FlowStartMarker } from "./step-row-connector.tsx";
import { useScrollToAndFocusRow, findEffectOfStepListRowKey } from "./row-focus.ts";

const DependencyLinks = createLazyComponent(
  async () => {
    // Waits for idle time, so that the rows are shown first.
    await new Promise<void>(runWhenBrowserIdle);
    return (await import("./dependency-links.tsx")).DependencyLinks;
  },
  // Shows no error if the code does not load, because the inspector lists the same dependencies.
  { onFail: () => undefined },
);

/** About the height of what is above and below the list. */
const HEADER_HEIGHT_PX = 150;
const FLOW_START = <FlowStartMarker height={LIST_TOP_PADDING_PX} />;
const FLOW_END = <FlowEndMarker />;

type StepWindowProps = {
  readonly ref: Ref<StepListHandle>;
  readonly mover: StepMoveController;
  readonly scroller: RefObject<HTMLDivElement | null>;
  readonly rowHeight: number;
  readonly indent: number;
};

/** Unmounting the focused or moved row would lose the focus or end the gesture. */
export function VirtualizedStepRows({ ref, mover, scroller, rowHeight, indent }: StepWindowProps) {
  const { selection } = useEditor();
  const flow = useOpenFlowState((state) => state.history.document);
  const folded = useStepSelection((state) => state.folded);
  const rows = flattenStepsToRows(flow, folded);
  const [renaming, setRenaming] = useState<StepKey>();
  const [active, setActive] = useState(() => findInitialActiveRowId(selection.getState().keys));
  const lead = useStepMoveState((state) => (state.type === "none" ? undefined : state.lead));
  const moving = useStepMoveState((state) => (state.type === "none" ? undefined : state.type));

  const activeIndex = Math.max(
    0,
    rows.findIndex(({ id }) => id === active),
  );
  const leadIndex = lead === undefined ? -1 : rows.findIndex(({ id }) => id === buildStepRowId(lead));
  const { items, height } = useFixedRows({
    scroller,
    count: rows.length,
    rowHeight,
    scrollMargin: LIST_TOP_PADDING_PX,
    keep: [activeIndex, leadIndex],
    initialHeight: () => innerHeight - HEADER_HEIGHT_PX,
  });
  const scrollTo = useCallback(
    (index: number) => scrollToRow(scroller, index, rowHeight),
    [scroller, rowHeight],
  );
  const { focusRow, focusStep, showStep } = useScrollToAndFocusRow(scroller, scrollTo, setActive);
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
          ? { list: buildBranchStepListReference(row.node.key, row.branch), index: 0 }
          : undefined;
      },
      startRename: setRenaming,
      walk: (id, key) => {
        const walk = findEffectOfStepListRowKey(rows, id, key);
        if (walk?.type === "focus") focusRow(walk.id);
        else if (walk) selection[walk.type](walk.key);
        return walk !== undefined;
      },
      pickUp: (key) => mover.pickUp(key, "keyboard"),
      pressMoveKey: mover.pressKey,
      cancelMove: mover.cancel,
      ...createStepListViewportAccess(scroller, rowHeight),
    }),
    [focusRow, focusStep, showStep, rows, selection, mover, scroller, rowHeight],
  );

  const viewOnlyReason = useViewOnlyReason();
  const renderRow = (index: number) => {
    const row = rows[index];
    if (!row) return null;
    const shared = {
      top: index * rowHeight,
      height: rowHeight,
      indent,
      isActive: index === activeIndex,
      onActivate: setActive,
      places: viewOnlyReason !== undefined ? [] : listPlacesAtRow(flow, rows, index),
    };
    return row.type === "step" ? (
      <StepRow
        key={row.id}
        row={row}
        mover={mover}
        branch={nameBranch(flow, row)}
        viewOnlyReason={viewOnlyReason}
        isRenaming={renaming === row.node.key}
        onRenamingChange={setRenaming}
        {...shared}
      />
    ) : (
      <BranchRow key={row.id} row={row} {...shared} />
    );
  };

  return (
    <div
      ref={scroller}
      data-step-scroller=""
      className="@container min-h-0 flex-1 overflow-y-auto overscroll-contain [overflow-anchor:none]"
    >
      <div className="min-h-full pb-16">
        {FLOW_START}
        <div className="relative" style={{ height }}>
          <div
            role="list"
            aria-label="Steps"
            data-moving={moving}
            className="group/list h-full data-[moving=tap]:pointer-events-none"
          >
            {items.map(({ index }) => renderRow(index))}
          </div>
          {moving !== undefined && (
            <ReferenceBreakingDropMarkers
              rows={rows}
              first={items[0]?.index ?? 0}
              last={items.at(-1)?.index ?? 0}
              rowHeight={rowHeight}
              indent={indent}
            />
          )}
          {moving === undefined && <DependencyLinks rows={rows} rowHeight={rowHeight} indent={indent} />}
          <DropPlaceMarker rowHeight={rowHeight} indent={indent} />
          {/* Covers the rows, so that no row shows hover styles during a drag and hit testing is cheap. */}
          {moving === "pointer" && <div className="absolute inset-0 z-20 cursor-grabbing" />}
          {moving === "tap" && (
            <MoveDestinationButtons
              mover={mover}
              rows={rows}
              first={items[0]?.index ?? 0}
              last={items.at(-1)?.index ?? 0}
              rowHeight={rowHeight}
              indent={indent}
            />
          )}
        </div>
        <AddStepRow index={flow.steps.length} height={rowHeight} />
        {FLOW_END}
      </div>
    </div>
  );
}

function nameBranch(flow: FlowDocument, { list }: StepRowData): string | undefined {
  const conditional = list.type === "branch" ? findStep(flow, list.step) : undefined;
  return conditional && list.type === "branch"
    ? `${getStepName(conditional)} ${CONDITIONAL_BRANCH_LABELS[list.branch]}`
    : undefined;
}

type AddStepRowProps = { readonly index: number; readonly height: number };

/** The last row of the list: adds a step at the end of the flow. */
const AddStepRow = memo(function AddStepRow({ index, height }: AddStepRowProps) {
  const editor = useEditor();
  const viewOnlyReason = useViewOnlyReason();
  return (
    <div className="relative flex items-center" style={{ height }}>
      <AddStepRowConnector height={height} />
      <button
        type="button"
        data-add-step=""
        onClick={() => openAddStepDialog(editor, { list: ROOT_STEP_LIST_REF, index })}
        {...getDisabledReasonProps(viewOnlyReason)}
        className="relative ml-4 inline-flex h-8 items-center gap-3 rounded-full pr-3 text-sm text-muted not-aria-disabled:hover:text-ink aria-disabled:opacity-55 pointer-coarse:h-10"
      >
        <span className="grid size-7 place-items-center rounded-full border border-dashed border-line-strong bg-surface">
          <Plus aria-hidden="true" className="size-4" />
        </span>
        Add step
      </button>
    </div>
  );
});

/** Scrolls the least distance that makes the row and one row on either side visible. */
function scrollToRow(
  { current: list }: RefObject<HTMLElement | null>,
  index: number,
  rowHeight: number,
): void {
  if (!list) return;
  const lowest = LIST_TOP_PADDING_PX + (index - 1) * rowHeight;
  const highest = LIST_TOP_PADDING_PX + (index + 2) * rowHeight - list.clientHeight;
  const top = Math.max(highest, Math.min(list.scrollTop, lowest));
  if (top !== list.scrollTop) list.scrollTop = top;
}

function findInitialActiveRowId(selected: ReadonlySet<StepKey>): string | undefined {
  const [key] = selected;
  return key === undefined ? undefined : buildStepRowId(key);
}

type ViewportAccess = Pick<StepListHandle, "readViewport" | "subscribeToViewport" | "scrollToRowOffset">;

/** Gives other parts of the editor access to the scroll position, in rows instead of pixels. */
function createStepListViewportAccess(
  scroller: RefObject<HTMLElement | null>,
  rowHeight: number,
): ViewportAccess {
  return {
    readViewport: () =>
      scroller.current
        ? {
            firstRow: (scroller.current.scrollTop - LIST_TOP_PADDING_PX) / rowHeight,
            rowCount: scroller.current.clientHeight / rowHeight,
          }
        : undefined,
    subscribeToViewport: (listener) => {
      const element = scroller.current;
      if (!element) return () => {};
      const observer = new ResizeObserver(listener);
      observer.observe(element);
      element.addEventListener("scroll", listener, { passive: true });
      return () => {
        observer.disconnect();
        element.removeEventListener("scroll", listener);
      };
    },
    scrollToRowOffset: (row) => {
      if (scroller.current) scroller.current.scrollTop = LIST_TOP_PADDING_PX + row * rowHeight;
    },
  };
}
