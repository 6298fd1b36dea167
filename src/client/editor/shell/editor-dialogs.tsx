import type { Problem } from "#core/dataflow/problem.ts";
import { type StepKey, toApiSteps } from "#core/document/flow-document.ts";
import { describeTargetPlace } from "#core/document/step-place.ts";
import { readSampleData } from "#client/data/device/sample-data.ts";
import { useOpenFlow, useOpenFlowState } from "#client/document/use-open-flow.tsx";
import { createLazyDialog } from "#client/ui/hooks/create-lazy-component.tsx";
import { toasts } from "#client/ui/overlays/toasts.ts";
import { createNewStep } from "#client/editor/add-step/create-new-step.ts";
import { useEditor } from "#client/editor/session/editor-provider.tsx";
import { insertSteps } from "#client/editor/actions/insert-steps.ts";
import type { EditorDialog } from "#client/editor/session/editor-session.ts";

export const AddStepDialog = createLazyDialog(
  async () => (await import("#client/editor/add-step/add-step-dialog.tsx")).AddStepDialog,
);
const PasteStepsDialog = createLazyDialog(
  async () => (await import("#client/editor/actions/paste-dialog.tsx")).PasteStepsDialog,
);
export const DependentStepsDialog = createLazyDialog(
  async () => (await import("#client/editor/actions/dependents/dependents-dialog.tsx")).DependentStepsDialog,
);
export const MoveToDialog = createLazyDialog(
  async () => (await import("#client/editor/step-list/move-to-dialog.tsx")).MoveToDialog,
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
const loadOpenFlowDialogs = () => import("./open-flow-dialogs.tsx");
const PublishOpenFlowDialog = createLazyDialog(
  async () => (await loadOpenFlowDialogs()).PublishOpenFlowDialog,
);
const RunOpenFlowDialog = createLazyDialog(async () => (await loadOpenFlowDialogs()).RunOpenFlowDialog);
const DeleteOpenFlowDialog = createLazyDialog(async () => (await loadOpenFlowDialogs()).DeleteOpenFlowDialog);

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

const DiscardChangesDialog = createLazyDialog(
  async () => (await import("#client/editor/saving/unsaved-dialogs.tsx")).DiscardChangesDialog,
);

type EditorDialogsProps = {
  readonly dialog: EditorDialog;
  readonly onClose: () => void;
  readonly onAdded: (key: StepKey, isNamed: boolean) => void;
  readonly onGoTo: (problem: Problem) => void;
  /** Saves the flow. Resolves to whether the server then has all edits. */
  readonly onSave: () => Promise<boolean>;
};

export function EditorDialogs({ dialog, onClose, onAdded, onGoTo, onSave }: EditorDialogsProps) {
  const openFlow = useOpenFlow();
  const editor = useEditor();
  const flow = useOpenFlowState((state) => state.flow);
  const document = useOpenFlowState((state) => state.history.document);

  const showProblem = (problem: Problem) => {
    onClose();
    onGoTo(problem);
  };

  switch (dialog.type) {
    case "add":
      return (
        <AddStepDialog
          position={document.steps.length > 0 ? describeTargetPlace(document, dialog.place) : undefined}
          onAdd={(added) => {
            const step = createNewStep(added, document);
            const refusal = insertSteps(editor, [step], dialog.place, "add");
            onClose();
            if (refusal === undefined) onAdded(step.key, added.name !== undefined);
            else toasts.show({ text: refusal, tone: "danger" });
          }}
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
    case "saveAsTemplate": {
      const sampleMetadata = readSampleData(flow);
      return (
        <SaveTemplateDialog
          flow={{
            name: document.name,
            description: document.description ?? "",
            flowSteps: toApiSteps(document.steps),
            ...(sampleMetadata && { sampleMetadata }),
          }}
          onClose={onClose}
        />
      );
    }
    case "tags":
      return <FlowTagsDialog flow={flow} onClose={onClose} />;
    case "sampleData":
      return <SampleDataDialog onClose={onClose} />;
    case "print":
      return <PrintFlow isPrinting={dialog.isPrinting} onClose={onClose} />;
    case "publish":
      return <PublishOpenFlowDialog onSave={onSave} onShowProblem={showProblem} onClose={onClose} />;
    case "run":
      return <RunOpenFlowDialog onSave={onSave} onShowProblem={showProblem} onClose={onClose} />;
    case "code": {
      const { inputs = [], recordReads = [] } = editor.analysis.getState().analysis ?? {};
      return (
        <FlowCodeDialog
          flow={flow}
          document={document}
          onClose={onClose}
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
      return <DeleteOpenFlowDialog onClose={onClose} />;
  }
}
