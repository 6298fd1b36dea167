import { useLayoutEffect, useMemo } from "react";
import { useStore } from "zustand";
import { type Editor, useIsPanelShown, useStepSelection } from "./editor-provider.tsx";
import type { FlowTabName } from "./flow-tabs.tsx";
import { usePanelColumns } from "./panel-columns.ts";
import { listShownPanels } from "./side-panels.ts";
import type { StepSelectionState } from "./step-selection.ts";

/** Returns the panels that the page shows. Takes the editor, because it runs above the editor's provider. */
export function useShownPanels({ panels, selection }: Editor, tab: FlowTabName): readonly string[] {
  const { open, isOverviewOpen } = useStore(panels);
  const columns = usePanelColumns();
  const hasSelection = useStore(selection, hasSelectedSteps);
  useLayoutEffect(() => panels.followColumns(columns), [panels, columns]);
  // The sheet of the overview closes with its view; beside the list, the overview waits for the user to come back.
  useLayoutEffect(() => {
    if (columns === 0 && tab !== "steps") panels.closeOverview();
  }, [panels, columns, tab]);
  const isPaneOpen = tab === "steps" && (hasSelection || isOverviewOpen || columns === 0 || columns === 3);
  return useMemo(() => listShownPanels(open, { columns, isPaneOpen }), [open, columns, isPaneOpen]);
}

const hasSelectedSteps = ({ keys, isMultiSelect }: StepSelectionState) => keys.size > 0 || isMultiSelect;

/** Whether the overview is shown beside the list. Selected steps replace the overview. */
export function useIsOverviewBesideStepList(): boolean {
  const hasSelection = useStepSelection(hasSelectedSteps);
  const isPaneShown = useIsPanelShown("pane");
  return usePanelColumns() > 0 && isPaneShown && !hasSelection;
}
