import { createContext, useContext } from "react";
import { useStore } from "zustand";
import type { FlowAnalysisServiceState } from "#client/document/analysis/flow-analysis.ts";
import type { FlowProblemsStore, FlowProblemsState } from "#client/editor/problems/flow-problems.ts";
import type { LastRunOfEachStepStore } from "#client/editor/runs/last-runs.ts";
import type { EditorSession } from "./editor-session.ts";
import type { InspectorViewStateStore } from "./inspector-views.ts";
import type { SidePanelStore } from "./side-panels.ts";
import type { StepSelectionState } from "./step-selection.ts";
import type { TestRunState, TestRunStore } from "./test-run-store.ts";

/** The same object while the editor is open, so the context causes no re-render. */
export interface Editor extends EditorSession {
  readonly problems: FlowProblemsStore;
  readonly lastRuns: LastRunOfEachStepStore;
  readonly testRun: TestRunStore;
  readonly inspectorViews: InspectorViewStateStore;
  readonly panels: SidePanelStore;
}

const EditorContext = createContext<Editor | undefined>(undefined);

export const EditorProvider = EditorContext.Provider;

export function useEditor(): Editor {
  const editor = useContext(EditorContext);
  if (!editor) throw new Error("useEditor is for components inside an EditorProvider");
  return editor;
}

const ShownPanelsContext = createContext<readonly string[]>([]);

export const ShownPanelsProvider = ShownPanelsContext.Provider;

/** Whether the panel is open and has room: another panel may cover it. */
export function useIsPanelShown(panel: string): boolean {
  return useContext(ShownPanelsContext).includes(panel);
}

export function useStepSelection<T>(select: (state: StepSelectionState) => T): T {
  return useStore(useEditor().selection, select);
}

export function useFlowAnalysis<T>(select: (state: FlowAnalysisServiceState) => T): T {
  return useStore(useEditor().analysis, select);
}

export function useFlowProblems<T>(select: (state: FlowProblemsState) => T): T {
  return useStore(useEditor().problems, select);
}

export function useTestRunState<T>(select: (state: TestRunState) => T): T {
  return useStore(useEditor().testRun, select);
}
