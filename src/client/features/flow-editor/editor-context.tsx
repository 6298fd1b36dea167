import { createContext, useContext, type RefObject } from "react";
import { useStore } from "zustand";
import type { FlowAnalysis, FlowAnalysisState } from "#client/document/flow-analysis.ts";
import type { OpenFlow } from "#client/document/open-flow.ts";
import type { BreakageStore } from "./breakage.ts";
import type { EditorDialog } from "./editor-dialogs.tsx";
import type { MoveJudge } from "./judge-move.ts";
import type { FlowProblems, FlowProblemsState } from "./problems/flow-problems.ts";
import type { LastRunsStore } from "./runs/last-runs.ts";
import type { StepActions } from "./step-actions.ts";
import type { StepListHandle } from "./step-list/step-list.tsx";
import type { TrialStore } from "./try/trial-store.ts";
import type { StepSelection, StepSelectionState } from "./step-selection.ts";

/** What every part of an open editor shares. It never changes while the editor is open, so nothing re-renders by it. */
export interface Editor {
  readonly openFlow: OpenFlow;
  readonly analysis: FlowAnalysis;
  readonly problems: FlowProblems;
  readonly selection: StepSelection;
  readonly actions: StepActions;
  readonly moveJudge: MoveJudge;
  readonly breakage: BreakageStore;
  readonly lastRuns: LastRunsStore;
  /** The draft as it was run last, and what it runs on. */
  readonly trial: TrialStore;
  readonly list: RefObject<StepListHandle | null>;
  readonly openDialog: (dialog: EditorDialog) => void;
}

const EditorContext = createContext<Editor | undefined>(undefined);

export const EditorProvider = EditorContext.Provider;

export function useEditor(): Editor {
  const editor = useContext(EditorContext);
  if (!editor) throw new Error("useEditor is for components inside an EditorProvider");
  return editor;
}

/** One value of the selection; the component renders again only when that value changes. */
export function useStepSelection<T>(select: (state: StepSelectionState) => T): T {
  return useStore(useEditor().selection, select);
}

/** One value of what is known of the flow's meaning; nothing is known until a moment after the editor is there. */
export function useFlowAnalysis<T>(select: (state: FlowAnalysisState) => T): T {
  return useStore(useEditor().analysis, select);
}

/** One value of the problems that are told. */
export function useFlowProblems<T>(select: (state: FlowProblemsState) => T): T {
  return useStore(useEditor().problems, select);
}
