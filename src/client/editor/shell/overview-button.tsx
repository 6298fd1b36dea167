import { useSyncExternalStore } from "react";
import { LayoutList } from "lucide-react";
import { requestFocusWhenRendered } from "#client/ui/focus/focus-request.ts";
import { useMediaQuery } from "#client/ui/hooks/use-media-query.ts";
import { getTooltipProps } from "#client/ui/overlays/tooltip.ts";
import { useEditor, useStepSelection, useTestRunState } from "#client/editor/session/editor-context.tsx";
import { overviewOpenPreference } from "#client/editor/session/preferences.ts";

/** Where the right pane is: always open, opened on demand, or a sheet over the list. */
export type RightPaneLayout = "permanent" | "beside" | "sheet";

export function useRightPaneLayout(): RightPaneLayout {
  const isPermanent = useMediaQuery("(min-width: 1440px)");
  const isBeside = useMediaQuery("(min-width: 900px)");
  return isPermanent ? "permanent" : isBeside ? "beside" : "sheet";
}

/**
 * Whether the overview is shown beside the list. Selected steps replace the overview. So do the problems
 * panel and the test run panel, unless the page has room for the overview and one of these panels.
 */
export function useIsOverviewBesideStepList(isProblemsOpen: boolean): boolean {
  const layout = useRightPaneLayout();
  const isPreferred = useSyncExternalStore(overviewOpenPreference.subscribe, overviewOpenPreference.isOn);
  const hasSelection = useStepSelection(({ keys, isMultiSelect }) => keys.size > 0 || isMultiSelect);
  const isTesting = useTestRunState(({ isOpen }) => isOpen);
  const hasRoomForPanel = useMediaQuery("(min-width: 1680px)");
  const isReplacedByPanels = hasRoomForPanel ? isTesting && isProblemsOpen : isTesting || isProblemsOpen;
  if (layout === "sheet" || hasSelection || isReplacedByPanels) return false;
  return layout === "permanent" || isPreferred;
}

type OverviewToggleButtonProps = {
  readonly isProblemsOpen: boolean;
  readonly onCloseProblems: () => void;
  readonly onOpenSheet: () => void;
};

/** Opens and closes the overview on pages that do not show it permanently. */
export function OverviewToggleButton({
  isProblemsOpen,
  onCloseProblems,
  onOpenSheet,
}: OverviewToggleButtonProps) {
  const { selection, testRun } = useEditor();
  const layout = useRightPaneLayout();
  const isShown = useIsOverviewBesideStepList(isProblemsOpen);
  if (layout === "permanent") return null;

  const toggle = () => {
    if (layout === "sheet") return onOpenSheet();
    overviewOpenPreference.set(!isShown);
    if (isShown) return;
    onCloseProblems();
    testRun.setState({ isOpen: false });
    selection.clear();
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
      <span className="max-[520px]:sr-only">Overview</span>
    </button>
  );
}
