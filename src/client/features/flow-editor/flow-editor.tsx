import { useCallback, useEffect, useState, type RefObject } from "react";
import { useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useStore } from "zustand";
import type { StepKey } from "#core/flow-document.ts";
import { ROOT, findStep } from "#core/step-list.ts";
import { runsFlows } from "#client/data/capability-queries.ts";
import { connection } from "#client/data/connection.ts";
import { loadMerging } from "#client/document/catch-up.ts";
import type { Journal } from "#client/document/journal/journal.ts";
import { resumeSaving } from "#client/document/resume-saving.ts";
import type { BrokenText } from "#client/document/typed-texts.ts";
import { createFlowAnalysis } from "#client/document/flow-analysis.ts";
import { needsMending } from "#client/document/unsaved-edits.ts";
import { useOpenFlow, useOpenFlowState } from "#client/document/use-open-flow.tsx";
import { announce } from "#client/ui/announce.ts";
import { wishFocus } from "#client/ui/focus-wish.ts";
import { preloadMenu } from "#client/ui/menu-button.tsx";
import { useDocumentTitle } from "#client/ui/use-document-title.ts";
import { focusAddStep } from "./action-scope.ts";
import { autosave } from "./autosave.ts";
import { EditorProvider } from "./editor-context.tsx";
import { ArrivalBar } from "./conflict/arrival-bar.tsx";
import { createBreakage } from "./breakage.ts";
import { createMoveJudge } from "./judge-move.ts";
import { createStepActions } from "./step-actions.ts";
import { createStepSelection, onlySelected } from "./step-selection.ts";
import { useStepAddress } from "./use-step-address.ts";
import { EditorDialogs, type EditorDialog, DependentsDialog, RenameDialog } from "./editor-dialogs.tsx";
import { EditorHeader } from "./editor-header.tsx";
import { EditorSide, ProblemsPanel } from "./editor-side.tsx";
import { type FlowTab, FlowTabs } from "./flow-tabs.tsx";
import { createLastRuns } from "./runs/last-runs.ts";
import type { RunsPlace } from "./runs/runs-address.ts";
import type { Restored } from "./versions/restore-dialog.tsx";
import type { VersionsPlace } from "./versions/versions-address.ts";
import { FindBar } from "./find/find-bar.tsx";
import { useFind } from "./find/use-find.ts";
import {
  BreakageBar,
  JsonTab,
  LastRunsReader,
  RestoredBar,
  RunsTab,
  TryButton,
  VersionsTab,
} from "./flow-views.tsx";
import { useShowTab } from "./use-show-tab.ts";
import { EmptySteps } from "./empty-steps.tsx";
import { findRestingFocus } from "./find-resting-focus.ts";
import { focusFieldOf, focusHeadingOf } from "./inspector/focus-field.ts";
import { loadStepForm } from "./inspector/step-inspector.tsx";
import { createFlowProblems } from "./problems/flow-problems.ts";
import { ProblemsButton } from "./problems/problems-button.tsx";
import { useGoToProblem } from "./problems/use-go-to-problem.ts";
import { useProblemKeys } from "./problems/use-problem-keys.ts";
import { LeaveGuard, preloadLeaveDialog } from "./leaving/leave-guard.tsx";
import { Recovery } from "./recovery/recovery.tsx";
import { SaveBanner } from "./save-banner.tsx";
import { SelectedSteps } from "./selection-pane.tsx";
import { StepCommands } from "./step-commands.tsx";
import { StepList, type StepListHandle } from "./step-list/step-list.tsx";
import { askForTrial, createTrialStore } from "./try/trial-store.ts";
import { useEditorShortcuts } from "./use-editor-shortcuts.ts";
import { useFlowMenu } from "./use-flow-menu.ts";
import { useSave } from "./use-save.ts";

/** After the flow is on the page, so that other parts do not come in its way. */
const IDLE_MS = 500;

type FlowEditorProps = {
  readonly tab: FlowTab;
  /** Which view of the versions, where that is the tab. */
  readonly versions: VersionsPlace | undefined;
  /** Which view of the runs, where that is the tab. */
  readonly runs: RunsPlace | undefined;
  readonly selectedStep: string | undefined;
  readonly onSelectStep: (key: string | undefined) => void;
  readonly journal: Journal;
};

/** The open flow on the page: header, list, inspector, and the paths between them. */
export function FlowEditor({ tab, versions, runs, selectedStep, onSelectStep, journal }: FlowEditorProps) {
  const openFlow = useOpenFlow();
  const navigate = useNavigate();
  const client = useQueryClient();
  const [dialog, setDialog] = useState<EditorDialog>();
  const isEmpty = useOpenFlowState((state) => state.history.document.steps.length === 0);
  const [editor] = useState(() => {
    const list: RefObject<StepListHandle | null> = { current: null };
    const selection = createStepSelection(selectedStep as StepKey | undefined);
    const analysis = createFlowAnalysis(openFlow);
    const scope = {
      openFlow,
      analysis,
      problems: createFlowProblems(analysis, selection),
      moveJudge: createMoveJudge(analysis),
      breakage: createBreakage(),
      lastRuns: createLastRuns(),
      trial: createTrialStore(),
      selection,
      list,
      openDialog: setDialog,
    };
    return { ...scope, actions: createStepActions(scope) };
  });
  const { selection, actions, list, analysis, problems, trial } = editor;
  const [isProblemsOpen, setProblemsOpen] = useState(false);
  useStepAddress(selection, selectedStep, onSelectStep);
  const only = useStore(selection, onlySelected);
  const selected = useOpenFlowState(({ history }) =>
    only === undefined ? undefined : findStep(history.document, only),
  );

  useDocumentTitle(useOpenFlowState((state) => state.history.document.name));

  const showTab = useShowTab(tab);
  const showBrokenText = useCallback(
    ({ key, field }: BrokenText) => {
      actions.inspect(key);
      showTab("steps", key);
      focusFieldOf(key, field);
    },
    [actions, showTab],
  );
  const showUnappliedText = useCallback(() => {
    showTab("json");
    wishFocus(() => document.querySelector<HTMLElement>("[data-json-tab] .cm-content"));
  }, [showTab]);
  const showClash = useCallback(() => setDialog({ type: "settle", isSaving: true }), []);
  const saveEdits = useSave(openFlow, {
    onBroken: showBrokenText,
    onUnapplied: showUnappliedText,
    onClash: showClash,
  });
  const save = useCallback(() => {
    problems.tellAll();
    return saveEdits();
  }, [problems, saveEdits]);
  useEffect(() => resumeSaving(openFlow, { save: saveEdits, connection, autosave }), [openFlow, saveEdits]);
  const showStep = (key: StepKey) => {
    actions.inspect(key);
    showTab("steps", key);
    list.current?.showStep(key);
    focusHeadingOf(key);
  };
  const [restored, setRestored] = useState<Restored>();
  const showRestored = (now: Restored) => {
    setRestored(now);
    showTab("steps");
    announce(`Restored version ${now.version.versionNumber}. Undo brings back what was there.`);
    wishFocus(findRestingFocus);
  };
  const ask = (type: "publish" | "run") => {
    openFlow.settle();
    // A text that waits to be mended is shown by the save that it stops; there is no preview of half a word.
    if (needsMending(openFlow.getState())) void save();
    else setDialog({ type });
  };
  // The name of a new step is typed right after it was added.
  useEffect(() => {
    let disconnect = () => {};
    const timer = setTimeout(() => {
      void loadStepForm();
      preloadMenu();
      ProblemsPanel.preload();
      DependentsDialog.preload();
      RenameDialog.preload();
      SelectedSteps.preload();
      preloadLeaveDialog();
      // It is needed when somebody else has saved, and the network may be gone by then.
      loadMerging().catch(() => undefined);
      SaveBanner.preload();
      ArrivalBar.preload();
      BreakageBar.preload();
      disconnect = analysis.connect();
    }, IDLE_MS);
    const stopProblems = problems.connect();
    const stopTrial = () => trial.getState().stop?.();
    return () => {
      clearTimeout(timer);
      stopProblems();
      stopTrial();
      disconnect();
    };
  }, [analysis, problems, trial]);

  const step = (direction: "undo" | "redo") => {
    openFlow.settle();
    const { entries, position } = openFlow.getState().history;
    const entry = entries[direction === "undo" ? position - 1 : position];
    const affected = openFlow[direction]();
    if (!entry) return;
    actions.restoreSelection(entry, direction === "undo" ? "before" : "after");
    announce(direction === "undo" ? `Undid ${entry.label}.` : `Redid ${entry.label}.`);
    if (affected !== undefined) actions.focusStep(affected);
    // What had the focus may go with the steps that are taken back.
    else requestAnimationFrame(() => document.activeElement === document.body && focusAddStep());
  };

  useEditorShortcuts({
    save: () => void save(),
    undo: () => step("undo"),
    redo: () => step("redo"),
    tryIt: () => (runsFlows(client) ? askForTrial(trial) : announce("This server does not run flows.")),
    help: () => setDialog({ type: "shortcuts" }),
  });
  const goToProblem = useGoToProblem(editor, showTab);
  useProblemKeys(editor, goToProblem);
  const find = useFind(editor, tab === "steps");
  const menuEntries = useFlowMenu(editor, () => {
    showTab("steps");
    find.open();
  });

  return (
    <EditorProvider value={editor}>
      {/* What the bars over the page leave of its height: never taller for what is in it, which scrolls by itself. */}
      <div className="flex min-h-80 flex-[1_1_0px] flex-col">
        <EditorHeader
          onSave={() => void save()}
          onUndo={() => step("undo")}
          onRedo={() => step("redo")}
          onPublish={() => ask("publish")}
          onRun={() => ask("run")}
          menuEntries={menuEntries}
        />
        <div className="flex h-9 shrink-0 items-center justify-between border-b border-line bg-surface px-1 sm:px-2">
          <FlowTabs />
          <div className="flex shrink-0 items-center gap-0.5">
            <TryButton />
            <ProblemsButton isOpen={isProblemsOpen} onToggle={() => setProblemsOpen(!isProblemsOpen)} />
          </div>
        </div>
        <Recovery journal={journal} />
        <SaveBanner
          onRetry={() => void save()}
          onCreated={(flowId) => void navigate({ to: "/flows/$flowId", params: { flowId } })}
          onBroken={showBrokenText}
          onUnapplied={showUnappliedText}
          onShowStep={showStep}
        />
        <ArrivalBar onUndo={() => step("undo")} onGoTo={goToProblem} />
        {restored && tab === "steps" && (
          <RestoredBar
            restored={restored}
            onUndo={() => step("undo")}
            onDismiss={() => setRestored(undefined)}
          />
        )}
        <div className="flex min-h-0 flex-1 max-[899px]:flex-col">
          {tab === "json" ? (
            <JsonTab />
          ) : versions ? (
            <VersionsTab place={versions} onRestored={showRestored} />
          ) : runs ? (
            <RunsTab place={runs} onRun={() => ask("run")} onShowStep={showStep} />
          ) : (
            <div className="flex min-h-0 min-w-0 flex-1 flex-col">
              <StepCommands />
              <LastRunsReader />
              {find.request && <FindBar request={find.request} onClose={find.close} />}
              {isEmpty ? (
                <EmptySteps onAdd={() => actions.add({ list: ROOT, index: 0 })} />
              ) : (
                <StepList ref={list} />
              )}
              <BreakageBar onUndo={() => step("undo")} />
            </div>
          )}
          <EditorSide
            tab={tab}
            selected={selected}
            isProblemsOpen={isProblemsOpen}
            onCloseProblems={() => setProblemsOpen(false)}
            onGoTo={goToProblem}
            onShowStep={showStep}
          />
        </div>
        <EditorDialogs
          dialog={dialog}
          onShowStep={showStep}
          onSave={save}
          onClose={() => setDialog(undefined)}
          onAdded={(key, isNamed) => {
            problems.noteAdded(key);
            actions.inspect(key);
            list.current?.showStep(key);
            // A name that was typed already is gone on with, and not typed over.
            focusFieldOf(key, "name", { select: !isNamed });
          }}
        />
        <LeaveGuard save={saveEdits} />
      </div>
    </EditorProvider>
  );
}
