import { useQueryClient } from "@tanstack/react-query";
import { useNavigate, useRouter } from "@tanstack/react-router";
import type { Problem } from "#core/dataflow/problem.ts";
import { flowQueries } from "#client/data/queries/flow-queries.ts";
import { isEditBaseBehindServerVersion } from "#client/document/remote/flow-version.ts";
import { countUnsavedEdits } from "#client/document/saving/unsaved-edits.ts";
import { useOpenFlow, useOpenFlowState } from "#client/document/use-open-flow.tsx";
import { copyFlowAsCurlAction } from "#client/editor/actions/copy-as.ts";
import { NO_ACTION_TARGET_STEPS } from "#client/editor/actions/define-action.ts";
import { openRunOnRecordsDialogAction } from "#client/editor/actions/publish.ts";
import { useRunOnRecordsReason } from "#client/editor/session/use-run-on-records-reason.ts";
import { useEditor } from "#client/editor/session/editor-provider.tsx";
import { keepOnlyStepSearchParam } from "#client/editor/session/flow-tabs.tsx";
import { isCurrentPage } from "#client/page/current-page.ts";
import { DeleteFlowDialog } from "#client/flow/delete-flow-dialog.tsx";
import type { deleteFlowAfterUndoPeriod } from "#client/flow/delete-flow.ts";
import { PublishDialog } from "#client/flow/publish/publish-dialog.tsx";
import { RunDialog } from "#client/flow/run/run-dialog.tsx";
import { runCommandOfNextPage } from "#client/ui/overlays/page-commands.ts";
import type { ToastAction } from "#client/ui/overlays/toasts.ts";
import { requestFocusWhenRendered } from "#client/ui/focus/focus-request.ts";

type SaveFirstDialogProps = {
  /** Saves the flow. Resolves to whether the server then has all edits. */
  readonly onSave: () => Promise<boolean>;
  readonly onShowProblem: (problem: Problem) => void;
  readonly onClose: () => void;
};

/** Returns the open flow, and a function that saves it; the function is undefined if nothing is unsaved. */
function useFlowToSaveFirst(onSave: SaveFirstDialogProps["onSave"]) {
  const openFlow = useOpenFlow();
  const flow = useOpenFlowState((state) => state.flow);
  const document = useOpenFlowState((state) => state.history.document);
  const isUnsaved = useOpenFlowState(
    (state) => countUnsavedEdits(state) > 0 || isEditBaseBehindServerVersion(state),
  );
  const saveAll = async () => {
    if (!(await onSave())) return undefined;
    const { flow: target, history } = openFlow.getState();
    return { target, document: history.document };
  };
  return { flow, document, onSave: isUnsaved ? saveAll : undefined };
}

export function PublishOpenFlowDialog({ onSave, ...dialog }: SaveFirstDialogProps) {
  const client = useQueryClient();
  const target = useFlowToSaveFirst(onSave);
  const { queryKey } = flowQueries.detail(target.flow.id);
  const uses = useFlowUses(target.flow.id);
  return (
    <PublishDialog
      {...target}
      {...dialog}
      uses={uses}
      onReload={() => void client.refetchQueries({ queryKey })}
    />
  );
}

/** Returns the buttons that use the flow. They open the flow first if the user has left it meanwhile. */
function useFlowUses(flowId: string): readonly ToastAction[] {
  const editor = useEditor();
  const navigate = useNavigate();
  const router = useRouter();
  const runReason = useRunOnRecordsReason();
  const open = async (action: typeof copyFlowAsCurlAction) => {
    if (editor.page.current) return action.run(editor, NO_ACTION_TARGET_STEPS);
    await navigate({ to: "/flows/$flowId", params: { flowId } });
    const cancel = runCommandOfNextPage(action.id);
    const stop = router.subscribe("onBeforeNavigate", ({ pathChanged }) => {
      if (!pathChanged) return;
      stop();
      cancel();
    });
  };
  return [
    ...(runReason === undefined
      ? [{ label: "Run on records…", run: () => void open(openRunOnRecordsDialogAction) }]
      : []),
    { label: "Call it from code", run: () => void open(copyFlowAsCurlAction) },
  ];
}

export function RunOpenFlowDialog({ onSave, ...dialog }: SaveFirstDialogProps) {
  const navigate = useNavigate();
  const target = useFlowToSaveFirst(onSave);
  const openBatch = (batchId: string) => {
    // Requests the focus for the run's heading, which the navigation renders.
    requestFocusWhenRendered(() =>
      document.querySelector<HTMLElement>(`[data-batch="${CSS.escape(batchId)}"] h2`),
    );
    void navigate({
      to: "/flows/$flowId/runs/$batchId",
      params: { flowId: target.flow.id, batchId },
      search: keepOnlyStepSearchParam,
      resetScroll: false,
    });
  };
  return <RunDialog {...target} {...dialog} onStarted={openBatch} />;
}

export function DeleteOpenFlowDialog({ onClose }: Pick<SaveFirstDialogProps, "onClose">) {
  const openFlow = useOpenFlow();
  const client = useQueryClient();
  const navigate = useNavigate();
  const router = useRouter();
  const flow = useOpenFlowState((state) => state.flow);
  const areLost = useOpenFlowState((state) => countUnsavedEdits(state) > 0 && !state.isPersisted);
  // The journal must have all unsaved edits, so that undoing the deletion restores them.
  const remove = (deleteNow: typeof deleteFlowAfterUndoPeriod) => {
    openFlow.flush();
    deleteNow(client, flow, () => {
      // Undo in the toast can be pressed on any page.
      if (isCurrentPage(router, "/flows"))
        void navigate({ to: "/flows/$flowId", params: { flowId: flow.id } });
    });
    void navigate({ to: "/flows", ignoreBlocker: true });
  };
  return <DeleteFlowDialog flow={flow} areEditsLost={areLost} onDelete={remove} onClose={onClose} />;
}
