import { useState } from "react";
import { useStore } from "zustand";
import type { StepKey, StepNode } from "#core/document/flow-document.ts";
import { findStep } from "#core/document/step-list.ts";
import { useOpenFlowState } from "#client/document/use-open-flow.tsx";
import { createLazyComponent } from "#client/ui/hooks/create-lazy-component.tsx";
import { Tabs } from "#client/ui/controls/tabs.tsx";
import { requestFocusWhenRendered } from "#client/ui/focus/focus-request.ts";
import { LazyDialog } from "#client/ui/overlays/lazy-dialog.ts";
import { SkeletonRows } from "#client/ui/rows/skeleton-rows.tsx";
import type { OverviewHandlers } from "#client/editor/overview/overview-pane.tsx";
import { useEditor, useStepSelection } from "#client/editor/session/editor-provider.tsx";
import {
  StepInspectorHeader,
  StepInspectorPane,
  StepInspectorSheetContent,
} from "#client/editor/inspector/step-inspector.tsx";
import { usePanelColumns } from "#client/editor/session/panel-columns.ts";
import { PANE_PLACEHOLDER } from "#client/editor/session/panel-column.tsx";
import type { EditorPanelProps } from "#client/editor/session/side-panels.ts";
import { findSingleSelectedStep } from "#client/editor/session/step-selection.ts";
import { useStepMoveState } from "#client/editor/session/step-move-state.ts";
import { useIsOverviewBesideStepList } from "#client/editor/session/use-shown-panels.ts";

const loadOverview = () => import("#client/editor/overview/overview-pane.tsx");

const OverviewPane = createLazyComponent(async () => (await loadOverview()).OverviewPane, {
  fallback: PANE_PLACEHOLDER,
});

const OverviewSheetContent = createLazyComponent(async () => (await loadOverview()).OverviewSheetContent, {
  fallback: <SkeletonRows label="Loading the overview" rows={6} />,
});

export const FlowMinimapColumn = createLazyComponent(async () => (await loadOverview()).FlowMinimapColumn, {
  // Renders nothing if the code does not load, because the list scrolls without the map.
  onFail: () => undefined,
});

export const SelectedStepsPanel = createLazyComponent(
  async () => (await import("./selected-steps.tsx")).SelectedStepsPanel,
);

/** The inspector of the selected step, the actions on several selected steps or, without a selection, the overview. */
export function RightPane({ onGoTo, onShowStep }: EditorPanelProps) {
  const { panels, selection, focusStep } = useEditor();
  const only = useStepSelection(findSingleSelectedStep);
  const selected = useOpenFlowState(({ history }) =>
    only === undefined ? undefined : findStep(history.document, only),
  );
  const columns = usePanelColumns();
  const isOverviewOpen = useStore(panels, (state) => state.isOverviewOpen);
  const isOverviewShown = useIsOverviewBesideStepList();
  // While the user picks a new position for the steps by tapping, their actions are hidden.
  const isPlacing = useStepMoveState((state) => state.type === "tap");
  const hasSeveral = useStepSelection((state) => state.keys.size > 1 || state.isMultiSelect);
  const overview = { onGoTo, onShowStep, onShowProblems: () => panels.show("problems") };
  const closeOverview = () => {
    panels.closeOverview();
    requestFocusWhenRendered(() => document.querySelector<HTMLElement>("[data-panel-button=pane]"));
  };
  const closeInspector = () => {
    selection.clear();
    if (selected) focusStep(selected.key);
  };
  return (
    <>
      {isOverviewShown && columns < 3 && <FlowMinimapColumn />}
      {isOverviewShown && <OverviewPane {...overview} onClose={columns < 3 ? closeOverview : undefined} />}
      {hasSeveral && !isPlacing && <SelectedStepsPanel />}
      {selected && columns > 0 && <StepInspectorPane node={selected} onClose={closeInspector} />}
      {columns === 0 && (selected || isOverviewOpen) && (
        <RightPaneSheet
          {...overview}
          node={selected}
          onClose={() => {
            panels.closeOverview();
            closeInspector();
          }}
        />
      )}
    </>
  );
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
  // Another selected step shows the inspector again in the sheet.
  const [coveredStep, setCoveredStep] = useState<StepKey>();
  const shown = node && node.key !== coveredStep ? "step" : "overview";
  return (
    <LazyDialog
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
    </LazyDialog>
  );
}
