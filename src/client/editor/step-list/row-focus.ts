import { type RefObject, useMemo } from "react";
import type { StepKey } from "#core/document/flow-document.ts";
import { getLocationsOfAllSteps } from "#core/document/step-list.ts";
import { useEditor } from "#client/editor/session/editor-provider.tsx";
import { requestFocusWhenRendered } from "#client/ui/focus/focus-request.ts";
import type { StepRowFocusTarget } from "#client/editor/session/editor-session.ts";
import { type StepListRow, buildStepRowId, flattenStepsToRows } from "./step-rows.ts";
import { LIST_TOP_PADDING_PX, useStepRowHeight } from "./row-geometry.ts";

type KeyEffect =
  | { readonly type: "focus"; readonly id: string }
  | { readonly type: "fold" | "unfold"; readonly key: StepKey };

const ROWS_PER_PAGE_KEY = 10;

/** Left folds or goes to the surrounding conditional; right unfolds or goes inside. */
export function findEffectOfStepListRowKey(
  rows: readonly StepListRow[],
  id: string,
  key: string,
): KeyEffect | undefined {
  const index = rows.findIndex((row) => row.id === id);
  const row = rows[index];
  if (!row) return undefined;
  const focusAt = (index: number): KeyEffect | undefined => {
    const target = rows[Math.max(0, Math.min(rows.length - 1, index))];
    return target && { type: "focus", id: target.id };
  };
  const isConditional = row.type === "step" && row.node.branches !== undefined;
  switch (key) {
    case "ArrowUp":
      return focusAt(index - 1);
    case "ArrowDown":
      return focusAt(index + 1);
    case "Home":
      return focusAt(0);
    case "End":
      return focusAt(rows.length - 1);
    case "PageUp":
      return focusAt(index - ROWS_PER_PAGE_KEY);
    case "PageDown":
      return focusAt(index + ROWS_PER_PAGE_KEY);
    case "ArrowLeft":
      if (isConditional && !row.isFolded) return { type: "fold", key: row.node.key };
      if (row.type === "branch") return { type: "focus", id: buildStepRowId(row.node.key) };
      return row.list.type === "branch" ? { type: "focus", id: buildStepRowId(row.list.step) } : undefined;
    case "ArrowRight":
      if (!isConditional) return undefined;
      return row.isFolded ? { type: "unfold", key: row.node.key } : focusAt(index + 1);
    default:
      return undefined;
  }
}

const PART_SELECTORS: Readonly<Record<StepRowFocusTarget, string>> = {
  row: "",
  handle: " [data-part=handle]",
  menu: " [data-part=menu]",
  switch: " [role=switch]",
};

/** First mounts a row outside the visible range. The functions never change, for memoized rows. */
export function useScrollToAndFocusRow(
  scroller: RefObject<HTMLElement | null>,
  scrollToIndex: (index: number) => void,
  activate: (id: string) => void,
) {
  const { openFlow, selection } = useEditor();
  const rowHeight = useStepRowHeight();
  return useMemo(() => {
    const showRow = (id: string) => {
      // Keeps the row mounted, regardless of the scroll position.
      activate(id);
      // Waits until the preceding edit is rendered, so that the scroller has the height of the new list.
      requestAnimationFrame(() => {
        const rows = flattenStepsToRows(openFlow.getState().history.document, selection.getState().folded);
        const index = rows.findIndex((row) => row.id === id);
        if (index >= 0 && !(scroller.current && isInView(scroller.current, index, rowHeight)))
          scrollToIndex(index);
      });
    };
    const unfoldAround = (key: StepKey) => {
      const locations = getLocationsOfAllSteps(openFlow.getState().history.document);
      for (let at = locations.get(key); at?.list.type === "branch"; at = locations.get(at.list.step))
        selection.unfold(at.list.step);
    };
    const focusRow = (id: string, part: StepRowFocusTarget = "row") => {
      const target = `[data-row="${CSS.escape(id)}"]${PART_SELECTORS[part]}`;
      const find = () => scroller.current?.querySelector<HTMLElement>(target);
      // Focuses a mounted row synchronously, so that the user's next key press reaches the row.
      if (part === "row") find()?.focus({ preventScroll: true });
      showRow(id);
      requestFocusWhenRendered(find, { preventScroll: true });
    };
    return {
      focusRow,
      showStep: (key: StepKey) => {
        unfoldAround(key);
        showRow(buildStepRowId(key));
      },
      focusStep: (key: StepKey, part?: StepRowFocusTarget) => {
        unfoldAround(key);
        focusRow(buildStepRowId(key), part);
      },
    };
  }, [openFlow, selection, scroller, scrollToIndex, activate, rowHeight]);
}

/** Whether the row is visible with one row of margin on either side, as `scrollToRow` leaves it. */
function isInView({ scrollTop, clientHeight }: HTMLElement, index: number, rowHeight: number): boolean {
  const top = LIST_TOP_PADDING_PX + index * rowHeight;
  const above = Math.max(0, top - rowHeight);
  return above >= scrollTop && top + 2 * rowHeight <= scrollTop + clientHeight;
}
