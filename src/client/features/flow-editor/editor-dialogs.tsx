import { useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { deleteFlow } from "#client/flow/delete-flow.ts";
import { findStepType } from "#contract/step-types.ts";
import type { StepKey } from "#core/flow-document.ts";
import { createStep } from "#core/new-step.ts";
import type { PasteReason } from "#core/read-pasted-steps.ts";
import type { Place } from "#core/step-list.ts";
import { flowQueries } from "#client/data/flow-queries.ts";
import { mintId } from "#client/data/mint-id.ts";
import { isBehind } from "#client/document/flow-version.ts";
import { countUnsavedEdits } from "#client/document/unsaved-edits.ts";
import { useOpenFlow, useOpenFlowState } from "#client/document/use-open-flow.tsx";
import { lazyPart, sayItDidNotOpen } from "#client/ui/lazy-part.tsx";
import { announce } from "#client/ui/announce.ts";
import { toasts } from "#client/ui/toasts.ts";
import { AddStepDialog, type NewStep } from "./add-step-dialog.tsx";
import type { DependentsEdit } from "./dependents/dependents-edit.ts";
import type { DiscardDialogProps } from "./discard/discard-dialog.tsx";
import { useEditor } from "./editor-context.tsx";
import { keepStep } from "./flow-tabs.tsx";
import { MoveToDialog } from "./move-to-dialog.tsx";
import type { MovedWith } from "./move-actions.ts";
import { focusBatch } from "./runs/focus-batch.ts";
import type { RenameSubject } from "./rename-variable/rename-subject.ts";

const PasteDialog = lazyPart(async () => (await import("./paste-dialog.tsx")).PasteDialog, {
  onFail: sayItDidNotOpen,
});
export const DependentsDialog = lazyPart(
  async () => (await import("./dependents/dependents-dialog.tsx")).DependentsDialog,
  { onFail: sayItDidNotOpen },
);
export const RenameDialog = lazyPart(
  async () => (await import("./rename-variable/rename-dialog.tsx")).RenameDialog,
  { onFail: sayItDidNotOpen },
);
const ShortcutsDialog = lazyPart(async () => (await import("./shortcuts-dialog.tsx")).ShortcutsDialog, {
  onFail: sayItDidNotOpen,
});
const PublishDialog = lazyPart(
  async () => (await import("#client/flow/publish/publish-dialog.tsx")).PublishDialog,
  {
    onFail: sayItDidNotOpen,
  },
);

const RunDialog = lazyPart(async () => (await import("#client/flow/run/run-dialog.tsx")).RunDialog, {
  onFail: sayItDidNotOpen,
});

const SettleDialog = lazyPart(async () => (await import("./save-parts.tsx")).SettleDialog, {
  onFail: sayItDidNotOpen,
});

const DeleteFlowDialog = lazyPart(
  async () => (await import("#client/flow/delete-flow-dialog.tsx")).DeleteFlowDialog,
  { onFail: sayItDidNotOpen },
);

const DiscardDialog = lazyPart(async () => (await import("./save-parts.tsx")).DiscardDialog, {
  onFail: sayItDidNotOpen,
});

export type EditorDialog =
  | {
      readonly type: "moveTo";
      readonly keys: readonly StepKey[];
      /** What asked, and where: it gets the focus back. */
      readonly movedWith: MovedWith | undefined;
      readonly lead: StepKey | undefined;
    }
  | {
      readonly type: "paste";
      readonly place: Place;
      readonly text: string;
      readonly reasons: readonly PasteReason[];
    }
  | { readonly type: "dependents"; readonly edit: DependentsEdit }
  | { readonly type: "rename"; readonly subject: RenameSubject }
  | { readonly type: "shortcuts" }
  | { readonly type: "add"; readonly place: Place }
  | { readonly type: "publish" }
  | { readonly type: "run" }
  /** Both sides changed the same: what holds is to be chosen. */
  | { readonly type: "settle"; readonly isSaving: boolean }
  | ({ readonly type: "discard" } & Pick<DiscardDialogProps, "to">)
  | { readonly type: "delete" };

type EditorDialogsProps = {
  readonly dialog: EditorDialog | undefined;
  readonly onClose: () => void;
  readonly onAdded: (key: StepKey, isNamed: boolean) => void;
  readonly onShowStep: (key: StepKey) => void;
  /** Resolves to whether the server holds everything. */
  readonly onSave: () => Promise<boolean>;
};

/**
 * The dialogs of the editor. Those that are typed into as soon as they are asked for come with the editor, since no key
 * may get lost on the way; the others are loaded when they are wanted.
 */
export function EditorDialogs({ dialog, onClose, onAdded, onShowStep, onSave }: EditorDialogsProps) {
  const openFlow = useOpenFlow();
  const { actions } = useEditor();
  const client = useQueryClient();
  const navigate = useNavigate();
  const flow = useOpenFlowState((state) => state.flow);
  const document = useOpenFlowState((state) => state.history.document);
  const isUnsaved = useOpenFlowState((state) => countUnsavedEdits(state) > 0 || isBehind(state));
  const areLost = useOpenFlowState((state) => countUnsavedEdits(state) > 0 && !state.isKeptOnDevice);
  if (!dialog) return null;

  const add = ({ type, name, config }: NewStep, place: Place) => {
    const step = createStep({
      id: mintId("step"),
      type,
      name: name ?? findStepType(type)?.label ?? type,
      enabled: true,
      config,
    });
    const refusal = actions.insert([step], place, "add");
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

  // Unsaved edits stay on this device, unasked: whoever undoes the deletion has them back. The question says where not.
  const remove = () => {
    openFlow.settle();
    deleteFlow(client, flow, () => void navigate({ to: "/flows/$flowId", params: { flowId: flow.id } }));
    void navigate({ to: "/flows", ignoreBlocker: true });
  };

  switch (dialog.type) {
    case "add":
      return <AddStepDialog onAdd={(step) => add(step, dialog.place)} onClose={onClose} />;
    case "moveTo":
      return <MoveToDialog {...dialog} onClose={onClose} />;
    case "paste":
      return <PasteDialog {...dialog} onClose={onClose} />;
    case "dependents":
      return <DependentsDialog {...dialog} onClose={onClose} />;
    case "rename":
      return <RenameDialog {...dialog} onClose={onClose} />;
    case "shortcuts":
      return <ShortcutsDialog onClose={onClose} />;
    case "publish":
      return (
        <PublishDialog
          flow={flow}
          document={document}
          onSave={isUnsaved ? saveAll : undefined}
          onShowStep={(key) => {
            onClose();
            onShowStep(key);
          }}
          onPublished={() => announce(`Published ${flow.name}. It is live now.`)}
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
          onShowStep={(key) => {
            onClose();
            onShowStep(key);
          }}
          onStarted={(batchId) => {
            focusBatch(batchId);
            void navigate({
              to: "/flows/$flowId/runs/$batchId",
              params: { flowId: flow.id, batchId },
              search: keepStep,
              resetScroll: false,
            });
          }}
          onClose={onClose}
        />
      );
    case "settle":
      return <SettleDialog {...dialog} onSave={onSave} onClose={onClose} />;
    case "discard":
      return <DiscardDialog to={dialog.to} onClose={onClose} />;
    case "delete":
      return <DeleteFlowDialog flow={flow} areEditsLost={areLost} onDelete={remove} onClose={onClose} />;
  }
}
