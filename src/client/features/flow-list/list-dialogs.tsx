import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import type { FlowListItem } from "#contract/flow.ts";
import type { FlowTemplateBody } from "#contract/flow-templates/flow-templates.ts";
import { type FlowFilters, flowQueries } from "#client/data/queries/flow-queries.ts";
import { createLazyDialog } from "#client/ui/hooks/create-lazy-component.tsx";
import type { BulkFlowActionId } from "./bulk/bulk-actions.tsx";
import type { ImportFile } from "./import/read-import-files.ts";

export type FlowListDialog =
  | { readonly type: "new" }
  | { readonly type: "publish"; readonly flow: FlowListItem }
  | { readonly type: "run"; readonly flow: FlowListItem }
  | { readonly type: "delete"; readonly flow: FlowListItem }
  | { readonly type: "template"; readonly flow: FlowTemplateBody }
  | { readonly type: "tags"; readonly flow: FlowListItem }
  | { readonly type: "import"; readonly files: readonly ImportFile[] }
  | { readonly type: "export"; readonly filters: FlowFilters }
  | { readonly type: "bulk"; readonly action: BulkFlowActionId; readonly flows: readonly FlowListItem[] }
  | { readonly type: "shortcuts" };

const dialogs = {
  new: createLazyDialog(async () => (await import("./new-flow-dialog.tsx")).NewFlowDialog),
  publish: createLazyDialog(
    async () => (await import("#client/flow/publish/publish-dialog.tsx")).PublishDialog,
  ),
  run: createLazyDialog(async () => (await import("#client/flow/run/run-dialog.tsx")).RunDialog),
  delete: createLazyDialog(
    async () => (await import("#client/flow/delete-flow-dialog.tsx")).DeleteFlowDialog,
  ),
  template: createLazyDialog(
    async () => (await import("#client/flow/templates/save-template-dialog.tsx")).SaveTemplateDialog,
  ),
  tags: createLazyDialog(async () => (await import("#client/flow/tags/flow-tags-dialog.tsx")).FlowTagsDialog),
  import: createLazyDialog(async () => (await import("./import/import-flows-dialog.tsx")).ImportFlowsDialog),
  export: createLazyDialog(async () => (await import("./export-flows-dialog.tsx")).ExportFlowsDialog),
  bulk: createLazyDialog(
    async () => (await import("./bulk/flow-selection-control.tsx")).BulkFlowActionDialog,
  ),
  shortcuts: createLazyDialog(async () => (await import("./list-shortcuts-dialog.tsx")).ListShortcutsDialog),
};

export const preloadDialog = (type: FlowListDialog["type"]) => dialogs[type].preload();

type FlowListDialogsProps = {
  readonly dialog: FlowListDialog;
  readonly onClose: () => void;
  readonly actions: {
    readonly openFlow: (id: string) => void;
    readonly importFlows: (files: readonly ImportFile[]) => void;
    readonly openRun: (id: string, batchId: string) => void;
    readonly show: (id: string) => void;
  };
};

export function FlowListDialogs({ dialog, actions, onClose }: FlowListDialogsProps) {
  const client = useQueryClient();
  const [opener] = useState(() => document.activeElement);
  switch (dialog.type) {
    case "new":
      return (
        <dialogs.new
          onClose={onClose}
          onCreated={actions.openFlow}
          onImport={actions.importFlows}
          returnFocus={() => findOpener(opener)}
        />
      );
    case "publish":
      return (
        <dialogs.publish
          flow={dialog.flow}
          onClose={onClose}
          onReload={() => void client.invalidateQueries({ queryKey: flowQueries.lists() })}
        />
      );
    case "run":
      return (
        <dialogs.run
          flow={dialog.flow}
          onClose={onClose}
          onStarted={(batchId) => actions.openRun(dialog.flow.id, batchId)}
        />
      );
    case "delete":
      return (
        <dialogs.delete
          flow={dialog.flow}
          onClose={onClose}
          onDelete={(remove) => remove(client, dialog.flow, () => actions.show(dialog.flow.id))}
          returnFocus={findActiveRowLink}
        />
      );
    case "template":
      return <dialogs.template flow={dialog.flow} onClose={onClose} />;
    case "tags":
      return (
        <dialogs.tags
          flow={dialog.flow}
          onClose={onClose}
          returnFocus={() => findRowMenuButton(dialog.flow.id) ?? findActiveRowLink()}
        />
      );
    case "import":
      return <dialogs.import files={dialog.files} onOpen={actions.openFlow} onClose={onClose} />;
    case "export":
      return <dialogs.export source={dialog.filters} onClose={onClose} />;
    case "bulk":
      return <dialogs.bulk {...dialog} onClose={onClose} returnFocus={findActiveRowLink} />;
    case "shortcuts":
      return <dialogs.shortcuts onClose={onClose} />;
  }
}

/** Returns the button that opened the dialog, or the “New flow” button of the page if that button was unmounted. */
function findOpener(opener: Element | null): HTMLElement | null {
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
