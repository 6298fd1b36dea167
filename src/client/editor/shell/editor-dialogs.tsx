import { useQueryClient } from "@tanstack/react-query";
import { useNavigate, useRouter } from "@tanstack/react-router";
import type { ComponentType } from "react";
import { isCurrentPage } from "#client/flow/current-page.ts";
import type { deleteFlowAfterUndoPeriod } from "#client/flow/delete-flow.ts";
import { findStepType } from "#contract/step-types.ts";
import type { Problem } from "#core/dataflow/problem.ts";
import { type StepKey, createStepNodeFromJson, toApiSteps } from "#core/document/flow-document.ts";
import type { StepPositionInList } from "#core/document/step-list.ts";
import { describeStepTargetPosition } from "#core/document/step-place.ts";
import { flowQueries } from "#client/data/queries/flow-queries.ts";
import { createSortableId } from "#client/data/api/platform.ts";
import { isEditBaseBehindServerVersion } from "#client/document/remote/flow-version.ts";
import { countUnsavedEdits } from "#client/document/saving/unsaved-edits.ts";
import { useOpenFlow, useOpenFlowState } from "#client/document/use-open-flow.tsx";
import { createLazyComponent, closeOverlayWithLoadFailureToast } from "#client/ui/hooks/lazy-part.tsx";
import { requestFocusWhenRendered } from "#client/ui/focus/focus-request.ts";
import { toasts } from "#client/ui/overlays/toasts.ts";
import { AddStepDialog, type NewStepTypeNameAndConfig } from "#client/editor/add-step/add-step-dialog.tsx";
import { useEditor } from "#client/editor/session/editor-context.tsx";
import { keepOnlyStepSearchParam } from "#client/editor/session/flow-tabs.tsx";
import { MoveToDialog } from "#client/editor/step-list/move-to-dialog.tsx";
import { insertSteps } from "#client/editor/actions/insert-steps.ts";
import type { EditorDialog } from "#client/editor/session/editor-session.ts";

/** Closes the dialog if its code does not load, so that the next press loads it again. */
const createLazyDialog = <Props extends { readonly onClose: () => void }>(
  load: () => Promise<ComponentType<Props>>,
) => createLazyComponent(load, { onFail: closeOverlayWithLoadFailureToast });

const PasteStepsDialog = createLazyDialog(
  async () => (await import("#client/editor/actions/paste-dialog.tsx")).PasteStepsDialog,
);
export const DependentStepsDialog = createLazyDialog(
  async () => (await import("#client/editor/actions/dependents/dependents-dialog.tsx")).DependentStepsDialog,
);
export const RenameEverywhereDialog = createLazyDialog(
  async () =>
    (await import("#client/editor/actions/rename-variable/rename-dialog.tsx")).RenameEverywhereDialog,
);
const StepUsesDialog = createLazyDialog(
  async () => (await import("#client/flow/step-uses/step-uses-dialog.tsx")).StepUsesDialog,
);
const EditorShortcutsDialog = createLazyDialog(
  async () => (await import("./shortcuts-dialog.tsx")).EditorShortcutsDialog,
);
const PublishDialog = createLazyDialog(
  async () => (await import("#client/flow/publish/publish-dialog.tsx")).PublishDialog,
);

const RunDialog = createLazyDialog(async () => (await import("#client/flow/run/run-dialog.tsx")).RunDialog);

const ResolveConflictsDialog = createLazyDialog(
  async () => (await import("#client/editor/saving/unsaved-dialogs.tsx")).ResolveConflictsDialog,
);

const SaveTemplateDialog = createLazyDialog(
  async () => (await import("#client/flow/templates/save-template-dialog.tsx")).SaveTemplateDialog,
);

const FlowTagsDialog = createLazyDialog(
  async () => (await import("#client/flow/tags/flow-tags-dialog.tsx")).FlowTagsDialog,
);

const SampleDataDialog = createLazyDialog(
  async () => (await import("#client/editor/test-run/sample-data-dialog.tsx")).SampleDataDialog,
);

const FlowCodeDialog = createLazyDialog(
  async () => (await import("#client/flow/code/flow-code-dialog.tsx")).FlowCodeDialog,
);

const PrintFlow = createLazyDialog(
  async () => (await import("#client/editor/print/print-flow.tsx")).PrintFlow,
);

const DeleteFlowDialog = createLazyDialog(
  async () => (await import("#client/flow/delete-flow-dialog.tsx")).DeleteFlowDialog,
);

const DiscardChangesDialog = createLazyDialog(
  async () => (await import("#client/editor/saving/unsaved-dialogs.tsx")).DiscardChangesDialog,
);

type EditorDialogsProps = {
  readonly dialog: EditorDialog | undefined;
  readonly onClose: () => void;
  readonly onAdded: (key: StepKey, isNamed: boolean) => void;
  readonly onGoTo: (problem: Problem) => void;
  /** Saves the flow. Resolves to whether the server then has all edits. */
  readonly onSave: () => Promise<boolean>;
};

/**
 * Renders the open dialog of the editor. Dialogs that the user types into at once are loaded with the editor, so that
 * no key is lost; the others are loaded lazily.
 */
export function EditorDialogs({ dialog, onClose, onAdded, onGoTo, onSave }: EditorDialogsProps) {
  const openFlow = useOpenFlow();
  const editor = useEditor();
  const client = useQueryClient();
  const navigate = useNavigate();
  const router = useRouter();
  const flow = useOpenFlowState((state) => state.flow);
  const document = useOpenFlowState((state) => state.history.document);
  const isUnsaved = useOpenFlowState(
    (state) => countUnsavedEdits(state) > 0 || isEditBaseBehindServerVersion(state),
  );
  const areLost = useOpenFlowState((state) => countUnsavedEdits(state) > 0 && !state.isPersisted);
  if (!dialog) return null;

  const add = ({ type, name, config }: NewStepTypeNameAndConfig, place: StepPositionInList) => {
    const step = createStepNodeFromJson({
      id: createSortableId("step"),
      type,
      name: name ?? findStepType(type)?.label ?? type,
      enabled: true,
      config,
    });
    const refusal = insertSteps(editor, [step], place, "add");
    onClose();
    if (refusal === undefined) onAdded(step.key, name !== undefined);
    else toasts.show({ text: refusal, tone: "danger" });
  };
  const reload = () => void client.refetchQueries({ queryKey: flowQueries.detail(flow.id).queryKey });

  const saveAll = async () => {
    if (!(await onSave())) return undefined;
    const { flow: target, history } = openFlow.getState();
    return { target, document: history.document };
  };

  const showProblem = (problem: Problem) => {
    onClose();
    onGoTo(problem);
  };

  // Keeps unsaved edits in local storage, so that undoing the deletion restores them. The dialog warns if the browser
  // cannot store them.
  const remove = (deleteNow: typeof deleteFlowAfterUndoPeriod) => {
    openFlow.flush();
    deleteNow(client, flow, () => {
      // Opens the restored flow only if the user is still on the flow list: Undo in the toast can be pressed on
      // any page.
      if (isCurrentPage(router, "/flows"))
        void navigate({ to: "/flows/$flowId", params: { flowId: flow.id } });
    });
    void navigate({ to: "/flows", ignoreBlocker: true });
  };

  switch (dialog.type) {
    case "add":
      return (
        <AddStepDialog
          position={
            document.steps.length > 0 ? describeStepTargetPosition(document, dialog.place) : undefined
          }
          onAdd={(step) => add(step, dialog.place)}
          onClose={onClose}
        />
      );
    case "moveTo":
      return <MoveToDialog {...dialog} onClose={onClose} />;
    case "paste":
      return <PasteStepsDialog {...dialog} onClose={onClose} />;
    case "dependents":
      return <DependentStepsDialog {...dialog} onClose={onClose} />;
    case "rename":
      return <RenameEverywhereDialog {...dialog} onClose={onClose} />;
    case "stepUses":
      return <StepUsesDialog kind={dialog.kind} name={dialog.name} onClose={onClose} />;
    case "shortcuts":
      return <EditorShortcutsDialog onClose={onClose} />;
    case "saveAsTemplate":
      return (
        <SaveTemplateDialog
          flow={{
            name: document.name,
            description: document.description ?? "",
            flowSteps: toApiSteps(document.steps),
            ...(flow.sampleMetadata && { sampleMetadata: flow.sampleMetadata }),
          }}
          onClose={onClose}
        />
      );
    case "tags":
      return <FlowTagsDialog flow={flow} onClose={onClose} />;
    case "sampleData":
      return <SampleDataDialog onClose={onClose} />;
    case "print":
      return <PrintFlow isPrinting={dialog.isPrinting} onClose={onClose} />;
    case "publish":
      return (
        <PublishDialog
          flow={flow}
          document={document}
          onSave={isUnsaved ? saveAll : undefined}
          onShowProblem={showProblem}
          onReload={reload}
          onClose={onClose}
        />
      );
    case "run":
      return (
        <RunDialog
          flow={flow}
          document={document}
          onSave={isUnsaved ? saveAll : undefined}
          onShowProblem={showProblem}
          onStarted={(batchId) => {
            // Requests the focus for the run's heading, which the navigation renders.
            requestFocusWhenRendered(() =>
              window.document.querySelector<HTMLElement>(`[data-batch="${CSS.escape(batchId)}"] h2`),
            );
            void navigate({
              to: "/flows/$flowId/runs/$batchId",
              params: { flowId: flow.id, batchId },
              search: keepOnlyStepSearchParam,
              resetScroll: false,
            });
          }}
          onClose={onClose}
        />
      );
    case "code": {
      const { inputs = [], recordReads = [] } = editor.analysis.getState().analysis ?? {};
      return (
        <FlowCodeDialog
          {...{ flow, document, onClose }}
          language={dialog.language}
          isInexact={openFlow.getState().isInexact}
          inputs={inputs.map(({ name }) => name)}
          readsRecord={recordReads.length > 0}
        />
      );
    }
    case "resolve":
      return <ResolveConflictsDialog {...dialog} onSave={onSave} onClose={onClose} />;
    case "discard":
      return <DiscardChangesDialog to={dialog.to} onClose={onClose} />;
    case "delete":
      return <DeleteFlowDialog flow={flow} areEditsLost={areLost} onDelete={remove} onClose={onClose} />;
  }
}
