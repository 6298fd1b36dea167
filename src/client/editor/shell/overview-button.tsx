import { useSyncExternalStore } from "react";
import { LayoutList } from "lucide-react";
import { useStore } from "zustand";
import { requestFocusWhenRendered } from "#client/ui/focus/focus-request.ts";
import {
  MIN_WIDTH_WIDE,
  MIN_WIDTH_BESIDE,
  MIN_WIDTH_XL,
  useMediaQuery,
} from "#client/ui/hooks/use-media-query.ts";
import { getTooltipProps } from "#client/ui/overlays/tooltip.ts";
import {
  type Editor,
  useEditor,
  useIsPanelShown,
  useStepSelection,
} from "#client/editor/session/editor-provider.tsx";
import type { FlowTabName } from "#client/editor/session/flow-tabs.tsx";
import { overviewOpenPreference } from "#client/editor/session/preferences.ts";
import { type SidePanel, listShownPanels } from "#client/editor/session/side-panels.ts";
import type { StepSelectionState } from "#client/editor/session/step-selection.ts";

/** Where the right pane is: always open, opened on demand, or a sheet over the list. */
export type RightPaneLayout = "permanent" | "beside" | "sheet";

export function useRightPaneLayout(): RightPaneLayout {
  const isPermanent = useMediaQuery(MIN_WIDTH_WIDE);
  const isBeside = useMediaQuery(MIN_WIDTH_BESIDE);
  return isPermanent ? "permanent" : isBeside ? "beside" : "sheet";
}

/** Returns the panels that the page shows. Takes the editor, because it runs above the editor's provider. */
export function useShownPanels({ panels, selection }: Editor, tab: FlowTabName): readonly SidePanel[] {
  const open = useStore(panels);
  const layout = useRightPaneLayout();
  const hasTwoColumns = useMediaQuery(MIN_WIDTH_XL);
  const hasSelection = useStore(selection, hasSelectedSteps);
  const isOverviewPreferred = useSyncExternalStore(
    overviewOpenPreference.subscribe,
    overviewOpenPreference.isOn,
  );
  return listShownPanels(open, {
    // A sheet covers the page, so the bar of selected steps below the list does not take its place.
    columns: layout === "permanent" ? 3 : hasTwoColumns || layout === "sheet" ? 2 : 1,
    isPaneOpen: tab === "steps" && (hasSelection || isOverviewPreferred || layout !== "beside"),
  });
}

const hasSelectedSteps = ({ keys, isMultiSelect }: StepSelectionState) => keys.size > 0 || isMultiSelect;

/** Whether the overview is shown beside the list. Selected steps replace the overview. */
export function useIsOverviewBesideStepList(): boolean {
  const hasSelection = useStepSelection(hasSelectedSteps);
  const isPaneShown = useIsPanelShown("pane");
  return useRightPaneLayout() !== "sheet" && isPaneShown && !hasSelection;
}

/** Opens and closes the overview on pages that do not show it permanently. */
export function OverviewToggleButton({ onOpenSheet }: { readonly onOpenSheet: () => void }) {
  const { selection, panels } = useEditor();
  const layout = useRightPaneLayout();
  const isShown = useIsOverviewBesideStepList();
  if (layout === "permanent") return null;

  const toggle = () => {
    if (layout === "sheet") return onOpenSheet();
    overviewOpenPreference.set(!isShown);
    if (isShown) return;
    selection.clear();
    panels.show("pane");
    requestFocusWhenRendered(() => document.querySelector<HTMLElement>("[data-overview-heading]"));
  };
  return (
    <button
      type="button"
      data-overview-button=""
      aria-expanded={layout === "beside" ? isShown : undefined}
      aria-haspopup={layout === "sheet" ? "dialog" : undefined}
      onClick={toggle}
      {...getTooltipProps(isShown ? "Hide the overview" : "Show the overview of the flow")}
      className="inline-flex h-7 min-w-7 items-center justify-center gap-1.5 rounded-md px-2 text-sm text-muted hover:bg-hover hover:text-ink aria-expanded:bg-hover aria-expanded:text-ink pointer-coarse:h-9"
    >
      <LayoutList aria-hidden="true" className="size-4" />
      <span className="max-xs:sr-only">Overview</span>
    </button>
  );
}
