import { type RefObject, useMemo } from "react";
import type { StepKey } from "#core/flow-document.ts";
import { locateSteps } from "#core/step-list.ts";
import { useEditor } from "#client/features/flow-editor/editor-context.tsx";
import { wishFocus } from "#client/ui/focus-wish.ts";
import { useRowHeight } from "./row-height.ts";
import type { RowPart } from "./step-list.tsx";
import { flattenSteps, stepRowId } from "./step-rows.ts";

const PARTS: Readonly<Record<RowPart, string>> = {
  row: "",
  handle: " [data-part=handle]",
  menu: " [data-part=menu]",
  switch: " [role=switch]",
};

/** Ways to bring a row into view and the focus into it. They stay the same as long as the list is there. */
export function useShowRow(
  scroller: RefObject<HTMLElement | null>,
  scrollToIndex: (index: number) => void,
  activate: (id: string) => void,
) {
  const { openFlow, selection } = useEditor();
  const rowHeight = useRowHeight();
  return useMemo(() => {
    const showRow = (id: string) => {
      // The row is in the page from now on, wherever the list is scrolled to.
      activate(id);
      // After the edit that led here is drawn, when the list is as long as its steps.
      requestAnimationFrame(() => {
        const rows = flattenSteps(openFlow.getState().history.document, selection.getState().folded);
        const index = rows.findIndex((row) => row.id === id);
        if (index >= 0 && !(scroller.current && isInView(scroller.current, index, rowHeight)))
          scrollToIndex(index);
      });
    };
    const unfoldAround = (key: StepKey) => {
      const known = locateSteps(openFlow.getState().history.document);
      for (let at = known.get(key); at?.list.type === "branch"; at = known.get(at.list.step))
        selection.unfold(at.list.step);
    };
    const focusRow = (id: string, part: RowPart = "row") => {
      const target = `[data-row="${CSS.escape(id)}"]${PARTS[part]}`;
      const find = () => scroller.current?.querySelector<HTMLElement>(target);
      // A row that is there has the focus at once: the next key of a quick hand is meant for it.
      if (part === "row") find()?.focus({ preventScroll: true });
      showRow(id);
      wishFocus(find, { preventScroll: true });
    };
    return {
      focusRow,
      showStep: (key: StepKey) => {
        unfoldAround(key);
        showRow(stepRowId(key));
      },
      focusStep: (key: StepKey, part?: RowPart) => {
        unfoldAround(key);
        focusRow(stepRowId(key), part);
      },
    };
  }, [openFlow, selection, scroller, scrollToIndex, activate, rowHeight]);
}

/** With as much around it as scrolling to it would leave: a row, but for the ends of the list. */
function isInView({ scrollTop, clientHeight }: HTMLElement, index: number, rowHeight: number): boolean {
  const top = index * rowHeight;
  const above = Math.max(0, top - rowHeight);
  return above >= scrollTop && top + 2 * rowHeight <= scrollTop + clientHeight;
}
