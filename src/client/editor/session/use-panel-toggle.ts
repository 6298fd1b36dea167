import { requestFocusWhenRendered } from "#client/ui/focus/focus-request.ts";
import { useEditor, useIsPanelShown } from "./editor-provider.tsx";
import { findPanelHeading } from "./focus.ts";
import { usePanelColumns } from "./panel-columns.ts";
import { useIsOverviewBesideStepList } from "./use-shown-panels.ts";

export const PANEL_BUTTON_CLASSES =
  "inline-flex h-7 min-w-7 items-center justify-center gap-1.5 rounded-md px-2 text-sm text-muted not-aria-disabled:hover:bg-hover not-aria-disabled:hover:text-ink aria-disabled:opacity-55 aria-expanded:bg-hover aria-expanded:text-ink pointer-coarse:h-9";

/** Whether the button of the panel is pressed, and what a press does. */
export function usePanelToggle(id: string) {
  const { panels, selection } = useEditor();
  const columns = usePanelColumns();
  const isPanelShown = useIsPanelShown(id);
  const isOverviewShown = useIsOverviewBesideStepList();
  const isShown = id === "pane" ? isOverviewShown : isPanelShown;
  const toggle = () => {
    if (id !== "pane") return isShown ? panels.close(id) : panels.show(id);
    if (isShown) return panels.closeOverview();
    panels.showOverview();
    // A sheet takes the focus itself, over the bar of the selected steps.
    if (columns === 0) return;
    selection.clear();
    requestFocusWhenRendered(() => findPanelHeading(id));
  };
  return { isShown, toggle };
}
