import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useRouter } from "@tanstack/react-router";
import { useImperativeHandle, useEffect, useEffectEvent, useRef } from "react";
import type { StepKey } from "#core/document/flow-document.ts";
import { quoteName } from "#core/text/quote-name.ts";
import { preloadOnFirstUse } from "#client/data/api/preload.ts";
import { createFlowAnalysisService } from "#client/document/analysis/flow-analysis.ts";
import type { OpenFlow } from "#client/document/open-flow.ts";
import { createFlowProblemsStore } from "#client/editor/problems/flow-problems.ts";
import { createLastRunOfEachStepStore } from "#client/editor/runs/last-runs.ts";
import {
  createMoveImpactAssessor,
  createBrokenReferencesStore,
} from "#client/editor/session/broken-references.ts";
import type { Editor } from "#client/editor/session/editor-provider.tsx";
import {
  type EditorDialog,
  type EditorPageActions,
  createEditorSession,
} from "#client/editor/session/editor-session.ts";
import { createInspectorViewStateStore } from "#client/editor/session/inspector-views.ts";
import {
  type StepSelectionStore,
  createStepSelectionStore,
  findSingleSelectedStep,
} from "#client/editor/session/step-selection.ts";
import { createSidePanelStore } from "#client/editor/session/side-panels.ts";
import { createTestRunStore } from "#client/editor/session/test-run-store.ts";
import { pageUserIdentityTracker } from "#client/data/api/page-identity.ts";
import { describeRequestErrorForUser } from "#client/data/api/api-error.ts";
import { flowMutations } from "#client/data/mutations/flow-mutations.ts";
import { createStillOnPageCheck } from "#client/page/current-page.ts";
import { noteOpenedFlow } from "#client/data/device/note-opened-flow.ts";
import { LazyDialog } from "#client/ui/overlays/lazy-dialog.ts";
import { toasts } from "#client/ui/overlays/toasts.ts";
import { loadMergeDocumentsModule } from "#client/document/remote/merge-newest-version.ts";
import { loadFlowExport } from "#client/editor/actions/export.ts";
import { preloadMenuComponent } from "#client/ui/controls/menu-button.tsx";
import { preloadStepFormCode } from "#client/editor/inspector/step-inspector.tsx";
import { RemoteUpdateBanner, UnsavedChangesBanner } from "#client/editor/saving/unsaved-changes-banner.tsx";
import { preloadLeaveDialog } from "#client/editor/saving/leaving/unsaved-changes-guard.tsx";
import {
  AddStepDialog,
  DependentStepsDialog,
  MoveToDialog,
  RenameEverywhereDialog,
} from "./editor-dialogs.tsx";
import { EDITOR_PANELS, ProblemsPanel } from "./editor-panels.tsx";
import { SelectedStepsPanel } from "./right-pane.tsx";
import { BrokenReferencesBar, FindBar } from "./flow-views.tsx";

type EditorOptions = {
  readonly openFlow: OpenFlow;
  readonly selectedKey: StepKey | undefined;
  readonly openDialog: (dialog: EditorDialog) => void;
};

/** Creates the state of an open editor outside React, so that it survives switching between the views of the flow. */
export function createFlowEditorState({ openFlow, selectedKey, openDialog }: EditorOptions): Editor {
  const analysis = createFlowAnalysisService(openFlow);
  const selection = createStepSelectionStore(selectedKey);
  const panels = createSidePanelStore(EDITOR_PANELS);
  selection.subscribe(({ keys }, before) => {
    if (keys !== before.keys && keys.size > 0) panels.show("pane");
  });
  const session = createEditorSession({
    openFlow,
    analysis,
    selection,
    moveAssessor: createMoveImpactAssessor(analysis),
    brokenReferences: createBrokenReferencesStore(),
    list: { current: null },
    finder: { current: null },
    page: { current: null },
    openDialog,
  });
  return {
    ...session,
    problems: createFlowProblemsStore(analysis, selection),
    lastRuns: createLastRunOfEachStepStore(),
    testRun: createTestRunStore(),
    inspectorViews: createInspectorViewStateStore(),
    panels,
  };
}

/** Such as saving and switching tabs, through `page.current`. */
export function useProvideEditorPageActions(
  { page, openFlow }: Editor,
  ownActions: Omit<EditorPageActions, "client" | "duplicateFlow">,
): void {
  const router = useRouter();
  const client = useQueryClient();
  const { mutate } = useMutation(flowMutations.duplicate());

  const duplicateFlow = () => {
    const isStillHere = createStillOnPageCheck(router);
    mutate(openFlow.getState().flow.id, {
      onSuccess: (copy) => {
        toasts.show({ text: `Created ${quoteName(copy.name)}.` });
        if (isStillHere()) void router.navigate({ to: "/flows/$flowId", params: { flowId: copy.id } });
      },
      onError: (error) =>
        toasts.show({
          text: `Couldn’t duplicate the flow. ${describeRequestErrorForUser(error)}`,
          tone: "danger",
        }),
    });
  };

  useImperativeHandle(page, () => ({ ...ownActions, client, duplicateFlow }));
}

/** Ignores URLs of this hook: the router applies them late, when another step may be selected. */
export function useSyncSelectedStepWithUrl(
  selection: StepSelectionStore,
  address: string | undefined,
  onChange: (key: string | undefined) => void,
): void {
  const writtenKeys = useRef<(string | undefined)[]>([]);
  const writeToUrl = useEffectEvent((key: StepKey | undefined) => {
    const last = writtenKeys.current.length > 0 ? writtenKeys.current.at(-1) : address;
    if (key === last) return;
    writtenKeys.current.push(key);
    onChange(key);
  });
  const selectFromUrl = useEffectEvent((key: string | undefined) => {
    const ownIndex = writtenKeys.current.indexOf(key);
    if (ownIndex >= 0) writtenKeys.current.splice(0, ownIndex + 1);
    else if (key !== findSingleSelectedStep(selection.getState())) {
      if (key === undefined) selection.clear();
      else selection.selectOnly(key as StepKey);
    }
  });

  useEffect(() => {
    selectFromUrl(address);
    return selection.subscribe(() => writeToUrl(findSingleSelectedStep(selection.getState())));
  }, [selection, address]);
}

/** Delay of background work in milliseconds, so that it does not slow down the first render of the flow. */
const IDLE_MS = 500;

export function useBackgroundAnalysis({ analysis, problems, testRun, openFlow }: Editor): void {
  const client = useQueryClient();
  useEffect(() => {
    let disconnect = () => {};
    let stopEnvironment = () => {};
    let isGone = false;
    // Waits until the user is known, because the list of recent flows is stored per user.
    void pageUserIdentityTracker.known().then(() => noteOpenedFlow(openFlow.getState().flow));
    const cancelPreload = preloadOnFirstUse(...PRELOADS);
    const timer = setTimeout(() => {
      disconnect = analysis.connect();
      import("#client/editor/problems/watch-environment.ts").then(
        ({ watchRunEnvironment }) =>
          isGone || (stopEnvironment = watchRunEnvironment(client, analysis, problems.setEnvironment)),
        () => undefined,
      );
    }, IDLE_MS);
    const stopProblems = problems.connect();
    const stopTestRun = () => testRun.getState().stop?.();
    return () => {
      isGone = true;
      cancelPreload();
      clearTimeout(timer);
      noteClosedFlow(openFlow);
      stopProblems();
      stopTestRun();
      disconnect();
      stopEnvironment();
    };
  }, [analysis, problems, testRun, openFlow, client]);
}

/** Updates the list of recent flows, because the flow may have been renamed or deleted while it was open. */
function noteClosedFlow(openFlow: OpenFlow): void {
  const { flow, progress } = openFlow.getState();
  import("#client/data/device/note-opened-flow.ts").then(
    ({ forgetRecentFlow, noteFlowName }) =>
      progress.type === "deleted" ? forgetRecentFlow(flow.id) : noteFlowName(flow),
    () => undefined,
  );
}

/** All soon after the first use: the network may be down when one of them is needed. */
const PRELOADS: readonly (() => unknown)[] = [
  preloadStepFormCode,
  () => import("#contract/endpoints.ts").catch(() => undefined),
  preloadMenuComponent,
  () => loadFlowExport().catch(() => undefined),
  AddStepDialog.preload,
  LazyDialog.preload,
  FindBar.preload,
  MoveToDialog.preload,
  ProblemsPanel.preload,
  DependentStepsDialog.preload,
  RenameEverywhereDialog.preload,
  SelectedStepsPanel.preload,
  preloadLeaveDialog,
  () => loadMergeDocumentsModule().catch(() => undefined),
  UnsavedChangesBanner.preload,
  RemoteUpdateBanner.preload,
  BrokenReferencesBar.preload,
];
