import { useQueryClient } from "@tanstack/react-query";
import { lazy, Suspense } from "react";
import type { FlowListItem } from "#contract/flow.ts";
import type { FlowTemplateBody } from "#contract/flow-templates/flow-templates.ts";
import { type FlowFilters, flowQueries } from "#client/data/queries/flow-queries.ts";
import type { DialogTypingBuffer } from "#client/ui/focus/dialog-typing-buffer.ts";
import type { BulkFlowActionId } from "./bulk/bulk-actions.tsx";
import type { ImportFile } from "./import/read-import-files.ts";

export type FlowListDialog =
  | { readonly type: "new"; readonly typeAhead: DialogTypingBuffer }
  | { readonly type: "publish"; readonly flow: FlowListItem }
  | { readonly type: "run"; readonly flow: FlowListItem }
  | { readonly type: "delete"; readonly flow: FlowListItem }
  | { readonly type: "template"; readonly flow: FlowTemplateBody }
  | { readonly type: "tags"; readonly flow: FlowListItem }
  | { readonly type: "import"; readonly files: readonly ImportFile[] }
  | { readonly type: "export"; readonly filters: FlowFilters }
  | { readonly type: "bulk"; readonly action: BulkFlowActionId; readonly flows: readonly FlowListItem[] }
  | { readonly type: "shortcuts" };

export const flowListDialogLoaders = {
  new: () => import("./new-flow-dialog.tsx"),
  publish: () => import("#client/flow/publish/publish-dialog.tsx"),
  run: () => import("#client/flow/run/run-dialog.tsx"),
  delete: () => import("#client/flow/delete-flow-dialog.tsx"),
  template: () => import("#client/flow/templates/save-template-dialog.tsx"),
  tags: () => import("#client/flow/tags/flow-tags-dialog.tsx"),
  import: () => import("./import/import-flows-dialog.tsx"),
  export: () => import("./export-flows-dialog.tsx"),
  bulk: () => import("./bulk/flow-selection-control.tsx"),
  shortcuts: () => import("./list-shortcuts-dialog.tsx"),
} as const;

const NewFlowDialog = lazy(async () => ({ default: (await flowListDialogLoaders.new()).NewFlowDialog }));
const PublishDialog = lazy(async () => ({ default: (await flowListDialogLoaders.publish()).PublishDialog }));
const RunDialog = lazy(async () => ({ default: (await flowListDialogLoaders.run()).RunDialog }));
const DeleteFlowDialog = lazy(async () => ({
  default: (await flowListDialogLoaders.delete()).DeleteFlowDialog,
}));
const SaveTemplateDialog = lazy(async () => ({
  default: (await flowListDialogLoaders.template()).SaveTemplateDialog,
}));
const FlowTagsDialog = lazy(async () => ({ default: (await flowListDialogLoaders.tags()).FlowTagsDialog }));
const ImportFlowsDialog = lazy(async () => ({
  default: (await flowListDialogLoaders.import()).ImportFlowsDialog,
}));
const ExportFlowsDialog = lazy(async () => ({
  default: (await flowListDialogLoaders.export()).ExportFlowsDialog,
}));
const BulkFlowActionDialog = lazy(async () => ({
  default: (await flowListDialogLoaders.bulk()).BulkFlowActionDialog,
}));
const ListShortcutsDialog = lazy(async () => ({
  default: (await flowListDialogLoaders.shortcuts()).ListShortcutsDialog,
}));

type FlowListDialogsProps = {
  readonly dialog: FlowListDialog;
  readonly actions: {
    readonly closeDialog: () => void;
    readonly openFlow: (id: string) => void;
    readonly importFlows: (files: readonly ImportFile[]) => void;
    readonly openRun: (id: string, batchId: string) => void;
    readonly show: (id: string) => void;
  };
};

export function FlowListDialogs({ dialog, actions }: FlowListDialogsProps) {
  return (
    <Suspense>
      <OpenDialog dialog={dialog} actions={actions} />
    </Suspense>
  );
}

function OpenDialog({ dialog, actions }: FlowListDialogsProps) {
  const client = useQueryClient();
  const onClose = actions.closeDialog;
  switch (dialog.type) {
    case "new":
      return (
        <NewFlowDialog
          typeAhead={dialog.typeAhead}
          onClose={onClose}
          onCreated={actions.openFlow}
          onImport={actions.importFlows}
          returnFocus={() => findOpener(dialog.typeAhead)}
        />
      );
    case "publish":
      return (
        <PublishDialog
          flow={dialog.flow}
          onClose={onClose}
          onReload={() => void client.invalidateQueries({ queryKey: flowQueries.lists() })}
        />
      );
    case "run":
      return (
        <RunDialog
          flow={dialog.flow}
          onClose={onClose}
          onStarted={(batchId) => actions.openRun(dialog.flow.id, batchId)}
        />
      );
    case "delete":
      return (
        <DeleteFlowDialog
          flow={dialog.flow}
          onClose={onClose}
          onDelete={(remove) => remove(client, dialog.flow, () => actions.show(dialog.flow.id))}
          returnFocus={findActiveRowLink}
        />
      );
    case "template":
      return <SaveTemplateDialog flow={dialog.flow} onClose={onClose} />;
    case "tags":
      return (
        <FlowTagsDialog
          flow={dialog.flow}
          onClose={onClose}
          returnFocus={() => findRowMenuButton(dialog.flow.id) ?? findActiveRowLink()}
        />
      );
    case "import":
      return <ImportFlowsDialog files={dialog.files} onOpen={actions.openFlow} onClose={onClose} />;
    case "export":
      return <ExportFlowsDialog source={dialog.filters} onClose={onClose} />;
    case "bulk":
      return <BulkFlowActionDialog {...dialog} onClose={onClose} returnFocus={findActiveRowLink} />;
    case "shortcuts":
      return <ListShortcutsDialog onClose={onClose} />;
  }
}

/** Returns the button that opened the dialog, or the “New flow” button of the page if that button was unmounted. */
function findOpener({ opener }: DialogTypingBuffer): HTMLElement | null {
  return opener instanceof HTMLElement && opener.isConnected && opener !== document.body
    ? opener
    : document.querySelector<HTMLElement>("[data-new-flow]");
}

/** Returns the button of a row's menu, from which the dialog was opened, unless the row has left the list. */
function findRowMenuButton(flowId: string): HTMLElement | null {
  const row = `[data-row-id="${CSS.escape(flowId)}"]`;
  return document.querySelector<HTMLElement>(`${row} button[aria-haspopup="menu"]`);
}

function findActiveRowLink(): HTMLElement | null {
  return (
    document.querySelector<HTMLElement>("[data-active] [data-row-link]") ??
    document.querySelector<HTMLElement>("[data-new-flow]")
  );
}
