import { type RefObject, useMemo } from "react";
import type { StepKey } from "#core/flow-document.ts";
import { locateSteps } from "#core/step-list.ts";
import { useEditor } from "#client/features/flow-editor/editor-context.tsx";
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
  return useMemo(() => {
    const showRow = (id: string, onShown?: () => void) => {
      activate(id);
      // After the edit that led here is drawn; a row that only the scroll mounts is there a frame later.
      requestAnimationFrame(() => {
        const rows = flattenSteps(openFlow.getState().history.document, selection.getState().folded);
        const index = rows.findIndex((row) => row.id === id);
        if (index < 0) return;
        scrollToIndex(index);
        onShown?.();
        requestAnimationFrame(() => onShown?.());
      });
    };
    const unfoldAround = (key: StepKey) => {
      const known = locateSteps(openFlow.getState().history.document);
      for (let at = known.get(key); at?.list.type === "branch"; at = known.get(at.list.step))
        selection.unfold(at.list.step);
    };
    const focusPart = (id: string, part: RowPart) => {
      const row = `[data-row="${CSS.escape(id)}"]${PARTS[part]}`;
      scroller.current?.querySelector<HTMLElement>(row)?.focus({ preventScroll: true });
    };
    const focusRow = (id: string, part: RowPart = "row") => {
      // A row that is there has the focus at once: the next key of a quick hand is meant for it.
      if (part === "row") focusPart(id, part);
      showRow(id, () => focusPart(id, part));
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
  }, [openFlow, selection, scroller, scrollToIndex, activate]);
}
