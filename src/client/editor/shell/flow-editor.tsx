import { useStore } from "zustand";
import { memo, useCallback, useState } from "react";
import { Plus } from "lucide-react";
import type { StepKey } from "#core/document/flow-document.ts";
import { findStepByRunId } from "#core/document/run-ids.ts";
import { ROOT_STEP_LIST_REF } from "#core/document/step-list.ts";
import type { OpenFlowJournal } from "#client/document/journal/journal.ts";
import {
  ShownAfterRows,
  useOpenFlow,
  useOpenFlowState,
  useViewOnlyReason,
} from "#client/document/use-open-flow.tsx";
import { announceToScreenReaders } from "#client/ui/announce/announce.ts";
import { requestFocusWhenRendered } from "#client/ui/focus/focus-request.ts";
import { MIN_WIDTH_SM, useMediaQuery } from "#client/ui/hooks/use-media-query.ts";
import { truncateNameToOneLine } from "#core/text/quote-name.ts";
import { useDocumentTitle } from "#client/ui/hooks/use-document-title.ts";
import { openAddStepDialog } from "#client/editor/actions/add-step.ts";
import { NO_ACTION_TARGET_STEPS } from "#client/editor/actions/define-action.ts";
import { undoFlowEditAction } from "#client/editor/actions/undo.ts";
import { useKeyboardShortcuts } from "#client/editor/actions/use-keyboard-shortcuts.ts";
import { useFindBarState } from "#client/editor/find/use-find-bar-state.ts";
import { showStepAboveOrBelow } from "#client/editor/inspector/step-above-or-below.ts";
import {
  focusInspectorFieldOfStep,
  focusInspectorHeadingOfStep,
} from "#client/editor/inspector/focus-field.ts";
import {
  goToNextOrPreviousProblem,
  showTextRangeInStepField,
  useGoToProblem,
} from "#client/editor/problems/go-to-problem.ts";
import type { RunsTabRoute } from "#client/editor/runs/runs-tab-route.ts";
import {
  RemoteUpdateBanner,
  LazyRecoveryBar,
  StepFieldNotice,
  UnsavedChangesBanner,
} from "#client/editor/saving/unsaved-changes-banner.tsx";
import { UnsavedChangesGuard } from "#client/editor/saving/leaving/unsaved-changes-guard.tsx";
import {
  type Editor,
  EditorProvider,
  ShownPanelsProvider,
  useEditor,
} from "#client/editor/session/editor-provider.tsx";
import type { EditorDialog } from "#client/editor/session/editor-session.ts";
import { findFallbackFocusElement } from "#client/editor/session/focus.ts";
import { type FlowTabName, FlowTabs, useNavigateToFlowTab } from "#client/editor/session/flow-tabs.tsx";
import { useShownPanels } from "#client/editor/session/use-shown-panels.ts";
import { stopAndClearTestRun } from "#client/editor/session/test-run-store.ts";
import { StepList } from "#client/editor/step-list/step-list.tsx";
import type { RestoredVersionDocument } from "#client/editor/versions/version-dialog.tsx";
import type { VersionsTabRoute } from "#client/editor/versions/versions-tab-route.ts";
import { Button } from "#client/ui/controls/button.tsx";
import { EmptyState } from "#client/ui/controls/state-message.tsx";
import {
  createFlowEditorState,
  useBackgroundAnalysis,
  useProvideEditorPageActions,
  useSyncSelectedStepWithUrl,
} from "./flow-editor-state.ts";
import { EditorDialogs } from "./editor-dialogs.tsx";
import { EditorHeader } from "./editor-header.tsx";
import { EditorSidePanels } from "./editor-side.tsx";
import { PanelButtons } from "./panel-buttons.tsx";
import {
  BrokenReferencesBar,
  FindBar,
  OnboardingCardInEditor,
  JsonTab,
  LastRunsLoader,
  RestoredVersionBanner,
  RunsTab,
  TestRunButton,
  VersionsTab,
} from "./flow-views.tsx";
import { useSaveOpenFlow } from "./use-save-open-flow.ts";

export type FlowEditorProps = {
  readonly tab: FlowTabName;
  /** The view of the Versions tab; undefined on other tabs. */
  readonly versions: VersionsTabRoute | undefined;
  /** The view of the Runs tab; undefined on other tabs. */
  readonly runs: RunsTabRoute | undefined;
  readonly selectedStep: string | undefined;
  readonly onSelectStep: (key: string | undefined) => void;
  readonly journal: OpenFlowJournal;
};

/**
 * The editor of an open flow: header, step list, side panels and dialogs, and the navigation between them. It and its
 * parts are memoized, because a read of the flow, a selected step or an opened dialog changes one of them.
 */
export const FlowEditor = memo(function FlowEditor(props: FlowEditorProps) {
  const { tab, versions, runs, selectedStep, onSelectStep, journal } = props;
  const [dialog, setDialog] = useState<EditorDialog>();
  const editor = useNewEditor({ selectedStep, onSelectStep, openDialog: setDialog });
  const { inspect, list, problems } = editor;
  const shownPanels = useShownPanels(editor, tab);
  useDocumentTitle(truncateNameToOneLine(useOpenFlowState((state) => state.history.document.name)));
  useBackgroundAnalysis(editor);

  const showTab = useNavigateToFlowTab(tab);
  const saving = useSaveOpenFlow(editor, showTab);
  const { save, openAfterInput } = saving;
  const goToProblem = useGoToProblem(editor, showTab);
  const find = useFindBarState(editor);
  const showStep = useCallback(
    (key: StepKey) => {
      inspect(key);
      showTab("steps", key);
      list.current?.showStep(key);
      focusInspectorHeadingOfStep(key);
    },
    [inspect, showTab, list],
  );
  useProvideEditorPageActions(editor, {
    tab,
    showTab,
    save: () => void save(),
    openPublishDialog: () => openAfterInput("publish"),
    openRunDialog: () => openAfterInput("run"),
    openFind: find.open,
    goToAdjacentProblem: (by) => goToNextOrPreviousProblem(editor, by, goToProblem),
    showStep,
    showStepField: (range) => showTextRangeInStepField(editor, range),
    inspectAdjacentStep: (by) => showStepAboveOrBelow(editor, by),
  });
  useKeyboardShortcuts(editor);

  const { restored, showRestored, dismiss } = useRestoredVersion(editor, showTab);

  const renderTab = () => {
    if (tab === "json") return <JsonTab applierRef={saving.applierRef} />;
    if (versions) return <VersionsTab place={versions} onRestored={showRestored} />;
    if (runs) return <RunsTab place={runs} onRun={() => openAfterInput("run")} onShowStep={showStep} />;
    return <StepsTab findBar={find.bar} onCloseFind={find.close} />;
  };

  return (
    <EditorProvider value={editor}>
      <ShownPanelsProvider value={shownPanels}>
        {/* Fills the height that the bars of the page leave; each part of the editor scrolls separately. */}
        <div className="flex min-h-80 flex-[1_1_0px] flex-col">
          <ShownAfterRows>
            <EditorHeader />
          </ShownAfterRows>
          <TabBar tab={tab} />
          <LazyRecoveryBar journal={journal} />
          <EditorBanners saving={saving} showTab={showTab} onGoTo={goToProblem} />
          {restored && tab === "steps" && (
            <RestoredVersionBanner
              restored={restored}
              onUndo={() => undoFlowEditAction.run(editor, NO_ACTION_TARGET_STEPS)}
              onDismiss={dismiss}
            />
          )}
          <div className="flex min-h-0 flex-1 max-beside:flex-col">
            {renderTab()}
            <EditorSidePanels tab={tab} onGoTo={goToProblem} onShowStep={showStep} />
          </div>
          {dialog && (
            <EditorDialogs
              dialog={dialog}
              onGoTo={goToProblem}
              onSave={save}
              onClose={() => setDialog(undefined)}
              onAdded={(key, isNamed) => {
                problems.noteAdded(key);
                inspect(key);
                list.current?.showStep(key);
                // Selects the default name, so that typing replaces it. Keeps a name that the user typed in the dialog.
                focusInspectorFieldOfStep(key, "name", { select: !isNamed });
              }}
            />
          )}
          <UnsavedChangesGuard save={saving.saveEdits} />
        </div>
      </ShownPanelsProvider>
    </EditorProvider>
  );
});

const TabBar = memo(function TabBar({ tab }: { readonly tab: FlowTabName }) {
  // On a narrow page, the test run button is beside the tabs; on a wider page, the header has the button.
  const isNarrow = !useMediaQuery(MIN_WIDTH_SM);
  return (
    <div className="flex h-9 shrink-0 items-center justify-between border-b border-line px-1 sm:px-2">
      <FlowTabs />
      <div className="flex shrink-0 items-center gap-0.5">
        {isNarrow && <TestRunButton />}
        <PanelButtons tab={tab} />
      </div>
    </div>
  );
});

type EditorBannersProps = {
  readonly saving: ReturnType<typeof useSaveOpenFlow>;
  readonly showTab: ReturnType<typeof useNavigateToFlowTab>;
  readonly onGoTo: ReturnType<typeof useGoToProblem>;
};

/** The banners about unsaved and remote changes, below the tabs. */
const EditorBanners = memo(function EditorBanners({ saving, showTab, onGoTo }: EditorBannersProps) {
  const editor = useEditor();
  return (
    <>
      <StepFieldNotice />
      <UnsavedChangesBanner
        onRetry={() => void saving.save()}
        onInvalidInput={saving.showInvalidInput}
        onPendingJson={saving.showPendingJson}
        onShowField={(step, field) => {
          editor.inspect(step);
          showTab("steps", step);
          showTextRangeInStepField(editor, { step, at: field.split("."), from: 0, to: 0 });
        }}
      />
      <RemoteUpdateBanner
        onUndo={() => undoFlowEditAction.run(editor, NO_ACTION_TARGET_STEPS)}
        onGoTo={onGoTo}
      />
    </>
  );
});

type NewEditor = Pick<FlowEditorProps, "selectedStep" | "onSelectStep"> & {
  readonly openDialog: (dialog: EditorDialog) => void;
};

/** Creates the editor of the open flow, and syncs its selection with the URL. */
function useNewEditor({ selectedStep, onSelectStep, openDialog }: NewEditor): Editor {
  const openFlow = useOpenFlow();
  // Finds the key if the URL has a step's id in a run instead, as links in a run's results do.
  const selectedKey = useOpenFlowState(({ history }) =>
    selectedStep === undefined
      ? undefined
      : (findStepByRunId(history.document, selectedStep) ?? (selectedStep as StepKey)),
  );
  const [editor] = useState(() => createFlowEditorState({ openFlow, selectedKey, openDialog }));
  useSyncSelectedStepWithUrl(editor.selection, selectedKey, onSelectStep);
  return editor;
}

/** Holds the version that was restored last, for the bar that can undo the restore. */
function useRestoredVersion({ testRun }: Editor, showTab: (tab: FlowTabName) => void) {
  const [restored, setRestored] = useState<RestoredVersionDocument>();
  return {
    restored,
    showRestored: (next: RestoredVersionDocument) => {
      setRestored(next);
      // Clears the test run, because its results belong to the document before the restore.
      stopAndClearTestRun(testRun);
      showTab("steps");
      announceToScreenReaders(`Restored version ${next.version.versionNumber}. You can undo.`);
      requestFocusWhenRendered(findFallbackFocusElement);
    },
    dismiss: () => setRestored(undefined),
  };
}

type StepsTabProps = {
  readonly findBar: ReturnType<typeof useFindBarState>["bar"];
  readonly onCloseFind: (query: string) => void;
};

const StepsTab = memo(function StepsTab({ findBar, onCloseFind }: StepsTabProps) {
  const editor = useEditor();
  const { list } = editor;
  const hasBrokenReferences = useStore(editor.brokenReferences, ({ now }) => now !== undefined);
  const isEmpty = useOpenFlowState((state) => state.history.document.steps.length === 0);
  return (
    <div className="flex min-h-0 min-w-0 flex-1 flex-col wide:max-w-[max(55rem,46vw)] wide:grow-[99]">
      <LastRunsLoader />
      {findBar && <FindBar {...findBar} onClose={onCloseFind} />}
      {isEmpty ? (
        <EmptySteps onAdd={() => openAddStepDialog(editor, { list: ROOT_STEP_LIST_REF, index: 0 })} />
      ) : (
        <StepList ref={list} />
      )}
      <OnboardingCardInEditor />
      {hasBrokenReferences && (
        <ShownAfterRows>
          <BrokenReferencesBar />
        </ShownAfterRows>
      )}
    </div>
  );
});

/** Shown if the flow has no steps: explains steps, and adds the first one. */
function EmptySteps({ onAdd }: { readonly onAdd: () => void }) {
  const viewOnlyReason = useViewOnlyReason();
  return (
    <div role="list" aria-label="Steps">
      <EmptyState
        title="No steps yet"
        text="Steps run from top to bottom. Each step can use the results of the steps above."
        drawing={
          <svg width="32" height="72" viewBox="0 0 32 72" fill="none" stroke="currentColor" strokeWidth="2">
            <path d="M16 0v24M16 48v24" strokeDasharray="2 4" />
            <circle cx="16" cy="36" r="11" strokeDasharray="3 4" />
            <path d="M16 31v10M11 36h10" />
          </svg>
        }
        action={
          <Button
            variant="primary"
            icon={Plus}
            data-add-step=""
            disabledReason={viewOnlyReason}
            onClick={onAdd}
          >
            Add step
          </Button>
        }
      />
    </div>
  );
}
