import { useQueryClient } from "@tanstack/react-query";
import { lazy, Suspense } from "react";
import type { FlowListItem } from "#contract/flow.ts";
import { flowQueries } from "#client/data/flow-queries.ts";
import { toasts } from "#client/ui/toasts.ts";
import { quoteName } from "#core/quote-name.ts";

export type ListDialog =
  | { readonly type: "new" }
  | { readonly type: "publish"; readonly flow: FlowListItem }
  | { readonly type: "run"; readonly flow: FlowListItem }
  | { readonly type: "delete"; readonly flow: FlowListItem };

const loaders = {
  new: () => import("./new-flow-dialog.tsx"),
  publish: () => import("#client/flow/publish/publish-dialog.tsx"),
  run: () => import("#client/flow/run/run-dialog.tsx"),
  delete: () => import("#client/flow/delete-flow-dialog.tsx"),
} as const;

const NewFlowDialog = lazy(async () => ({ default: (await loaders.new()).NewFlowDialog }));
const PublishDialog = lazy(async () => ({ default: (await loaders.publish()).PublishDialog }));
const RunDialog = lazy(async () => ({ default: (await loaders.run()).RunDialog }));
const DeleteFlowDialog = lazy(async () => ({ default: (await loaders.delete()).DeleteFlowDialog }));

/** Dialogs are loaded before they are shown: a lost network is then a sentence, not a broken page. */
export function loadListDialog(type: ListDialog["type"]): Promise<unknown> {
  return loaders[type]();
}

/** Loads what the next press may open. A failed preload is no failure yet: opening tries again. */
export function preloadListDialogs(...types: readonly ListDialog["type"][]): void {
  for (const type of types) loadListDialog(type).catch(() => undefined);
}

type ListDialogsProps = {
  readonly dialog: ListDialog | undefined;
  readonly commands: {
    readonly closeDialog: () => void;
    readonly openFlow: (id: string) => void;
    readonly openRun: (id: string, batchId: string) => void;
    readonly remove: (flow: FlowListItem) => void;
  };
};

export function ListDialogs({ dialog, commands }: ListDialogsProps) {
  if (!dialog) return null;
  return (
    <Suspense>
      <OpenDialog {...{ dialog, commands }} />
    </Suspense>
  );
}

function OpenDialog({ dialog, commands }: ListDialogsProps & { readonly dialog: ListDialog }) {
  const client = useQueryClient();
  const onClose = commands.closeDialog;
  switch (dialog.type) {
    case "new":
      return <NewFlowDialog onClose={onClose} onCreated={commands.openFlow} />;
    case "publish":
      return (
        <PublishDialog
          flow={dialog.flow}
          onClose={onClose}
          onPublished={() =>
            toasts.show({ tone: "success", text: `Published ${quoteName(dialog.flow.name)}.` })
          }
          onReload={() => void client.invalidateQueries({ queryKey: flowQueries.lists() })}
        />
      );
    case "run":
      return (
        <RunDialog
          flow={dialog.flow}
          onClose={onClose}
          onStarted={(batchId) => commands.openRun(dialog.flow.id, batchId)}
        />
      );
    case "delete":
      return (
        <DeleteFlowDialog
          flow={dialog.flow}
          onClose={onClose}
          onDelete={() => commands.remove(dialog.flow)}
          returnFocus={findActiveRowLink}
        />
      );
  }
}

/** The row that took the place of the deleted one; without rows, what makes a new flow. */
function findActiveRowLink(): HTMLElement | null {
  return (
    document.querySelector<HTMLElement>("[data-active] [data-row-link]") ??
    document.querySelector<HTMLElement>("[data-new-flow]")
  );
}
