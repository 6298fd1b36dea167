import { type ReactNode, useEffect, useRef, useState } from "react";
import { useStore } from "zustand";
import type { Problem } from "#core/dataflow/problem.ts";
import type { StepKey, StepNode } from "#core/document/flow-document.ts";
import { findStep } from "#core/document/step-list.ts";
import { useOpenFlowState } from "#client/document/use-open-flow.tsx";
import { createLazyComponent, closeOverlayWithToast } from "#client/ui/hooks/create-lazy-component.tsx";
import { Tabs } from "#client/ui/controls/tabs.tsx";
import { joinClasses } from "#client/ui/format/join-classes.ts";
import { requestFocusWhenRendered } from "#client/ui/focus/focus-request.ts";
import { Dialog } from "#client/ui/overlays/dialog.tsx";
import { SkeletonRows } from "#client/ui/rows/skeleton-rows.tsx";
import type { OverviewHandlers } from "#client/editor/overview/overview-pane.tsx";
import { overviewOpenPreference } from "#client/editor/session/preferences.ts";
import { useEditor, useIsPanelShown, useStepSelection } from "#client/editor/session/editor-provider.tsx";
import type { FlowTabName } from "#client/editor/session/flow-tabs.tsx";
import {
  StepInspectorHeader,
  StepInspectorPane,
  StepInspectorSheetContent,
} from "#client/editor/inspector/step-inspector.tsx";
import type { SidePanel } from "#client/editor/session/side-panels.ts";
import { findSingleSelectedStep } from "#client/editor/session/step-selection.ts";
import { useStepMoveState } from "#client/editor/session/step-move-state.ts";
import { useIsOverviewBesideStepList, useRightPaneLayout } from "./overview-button.tsx";

export const ProblemsPanel = createLazyComponent(
  async () => (await import("#client/editor/problems/problems-panel.tsx")).ProblemsPanel,
  { onFail: closeOverlayWithToast },
);

const TestRunPanel = createLazyComponent(
  async () => (await import("#client/editor/test-run/test-run-panel.tsx")).TestRunPanel,
  {
    onFail: closeOverlayWithToast,
  },
);

const loadOverview = () => import("#client/editor/overview/overview-pane.tsx");

const OverviewPane = createLazyComponent(async () => (await loadOverview()).OverviewPane, {
  // Keeps the width of the list while the code loads.
  fallback: (
    <div
      className="w-[clamp(20rem,34vw,30rem)] shrink-0 border-l border-line bg-surface wide:w-auto wide:min-w-80 wide:flex-1 wide:shrink"
      aria-hidden="true"
    />
  ),
});

const OverviewSheetContent = createLazyComponent(async () => (await loadOverview()).OverviewSheetContent, {
  fallback: <SkeletonRows label="Loading the overview" rows={6} />,
});

const FlowMinimapColumn = createLazyComponent(async () => (await loadOverview()).FlowMinimapColumn, {
  // Renders nothing if the code does not load, because the list scrolls without the map.
  onFail: () => undefined,
});

type EditorSideProps = {
  readonly tab: FlowTabName;
  readonly isOverviewSheetOpen: boolean;
  readonly onCloseOverviewSheet: () => void;
  readonly onGoTo: (problem: Problem) => void;
  readonly onShowStep: (key: StepKey) => void;
};

/** The side panels: problems and test run of the flow, and the inspector of the selected step or the overview. */
export function EditorSidePanels({ tab, isOverviewSheetOpen, ...on }: EditorSideProps) {
  const { panels, selection, focusStep } = useEditor();
  const only = useStepSelection(findSingleSelectedStep);
  const selected = useOpenFlowState(({ history }) =>
    only === undefined ? undefined : findStep(history.document, only),
  );
  const layout = useRightPaneLayout();
  const isOverviewShown = useIsOverviewBesideStepList();
  const overview = {
    onGoTo: on.onGoTo,
    onShowStep: on.onShowStep,
    onShowProblems: () => panels.show("problems"),
  };
  const closeInspector = () => {
    selection.clear();
    if (selected) focusStep(selected.key);
  };
  return (
    // Only the Steps view has a pane that fills the rest of a wide page.
    <div className={joinClasses("contents beside:flex beside:min-h-0", tab === "steps" && "wide:flex-1")}>
      {tab === "steps" && layout === "permanent" && <FlowMinimapColumn />}
      <PanelPlace panel="problems">
        <ProblemsPanel onClose={() => panels.close("problems")} onGoTo={on.onGoTo} />
      </PanelPlace>
      <PanelPlace panel="testRun">
        <TestRunPanel onClose={() => panels.close("testRun")} onGoTo={on.onGoTo} onShowStep={on.onShowStep} />
      </PanelPlace>
      <PanelPlace panel="pane">
        {isOverviewShown && layout === "beside" && <FlowMinimapColumn />}
        {isOverviewShown && (
          <OverviewPane {...overview} onClose={layout === "beside" ? closeOverviewPane : undefined} />
        )}
        {tab === "steps" && <SelectionPane />}
        {tab === "steps" && selected && layout !== "sheet" && (
          <StepInspectorPane node={selected} onClose={closeInspector} />
        )}
        {tab === "steps" && layout === "sheet" && (selected || isOverviewSheetOpen) && (
          <RightPaneSheet
            {...overview}
            node={selected}
            onClose={() => {
              on.onCloseOverviewSheet();
              closeInspector();
            }}
          />
        )}
      </PanelPlace>
    </div>
  );
}

type PanelPlaceProps = { readonly panel: SidePanel; readonly children: ReactNode };

/** Hides a panel that is open but has no room, so that it keeps its state. A hidden sheet would still cover the page. */
function PanelPlace({ panel, children }: PanelPlaceProps) {
  const { panels } = useEditor();
  const isOpen = useStore(panels, (open) => open.includes(panel));
  const isShown = useIsPanelShown(panel);
  const isSheet = useRightPaneLayout() === "sheet";
  const place = useRef<HTMLDivElement>(null);
  // Focuses the heading if the user asked for the panel, or if the panel replaces the one with the focus. Runs after the
  // effect that starts a test run, which treats a focus inside the panel as the user's.
  useEffect(() => {
    if (isShown && document.activeElement?.closest(`[data-panel].hidden, [data-panel-button=${panel}]`))
      place.current?.querySelector<HTMLElement>("h2")?.focus();
  }, [isShown, panel]);
  return (
    isOpen &&
    (isShown || !isSheet) && (
      <div ref={place} data-panel={panel} className={isShown ? "contents" : "hidden"}>
        {children}
      </div>
    )
  );
}

function closeOverviewPane(): void {
  overviewOpenPreference.set(false);
  requestFocusWhenRendered(() => document.querySelector<HTMLElement>("[data-overview-button]"));
}

type RightPaneSheetProps = OverviewHandlers & {
  readonly node: StepNode | undefined;
  readonly onClose: () => void;
};

const SHEET_TABS = [
  { id: "step", label: "Step" },
  { id: "overview", label: "Overview" },
] as const;

/** The sheet of a narrow page: the overview, and a tab with the inspector while a step is selected. */
function RightPaneSheet({ node, onClose, onShowStep, onShowProblems, onGoTo }: RightPaneSheetProps) {
  const { focusStep } = useEditor();
  // The selected step for which the user switched to the overview. When the user selects another step, the sheet
  // shows the inspector again.
  const [coveredStep, setCoveredStep] = useState<StepKey>();
  const shown = node && node.key !== coveredStep ? "step" : "overview";
  return (
    <Dialog
      title={shown === "step" ? "Step" : "Overview"}
      heading={node && shown === "step" && <StepInspectorHeader node={node} />}
      variant="sheet"
      onClose={onClose}
    >
      {node && (
        <div className={shown === "step" ? "pt-2" : "-mt-2 mb-2"}>
          <Tabs
            label="Right pane"
            tabs={SHEET_TABS}
            selected={shown}
            onSelect={(id) => setCoveredStep(id === "overview" ? node.key : undefined)}
          />
        </div>
      )}
      {node && shown === "step" ? (
        <StepInspectorSheetContent node={node} />
      ) : (
        <OverviewSheetContent
          onGoTo={(problem) => {
            setCoveredStep(undefined);
            onGoTo(problem);
          }}
          onShowStep={(key) => {
            setCoveredStep(undefined);
            onShowStep(key);
          }}
          onShowProblems={() => {
            onClose();
            onShowProblems();
          }}
          onJump={(key) => {
            onClose();
            focusStep(key);
          }}
        />
      )}
    </Dialog>
  );
}

export const SelectedStepsPanel = createLazyComponent(
  async () => (await import("./selected-steps.tsx")).SelectedStepsPanel,
);

/** Shown while several steps are selected, except while the user picks a new position for them by tapping. */
function SelectionPane() {
  const isShown = useStepSelection((state) => state.keys.size > 1 || state.isMultiSelect);
  const isPlacing = useStepMoveState((state) => state.type === "tap");
  return isShown && !isPlacing && <SelectedStepsPanel />;
}
