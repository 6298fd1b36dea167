import { CopyPlus, Download, Rocket, Tag, ToggleLeft, Trash2 } from "lucide-react";
import type { ComponentType } from "react";
import type { FlowListItem } from "#contract/flow.ts";
import type { IconComponent } from "#client/ui/controls/button.tsx";
import { createLazyDialog } from "#client/ui/hooks/create-lazy-component.tsx";

export type BulkFlowDialogProps = {
  readonly flows: readonly FlowListItem[];
  readonly onClose: () => void;
  readonly returnFocus: () => HTMLElement | null;
};

interface BulkFlowAction {
  readonly id: string;
  readonly label: string;
  readonly icon: IconComponent;
  readonly dialog: ComponentType<BulkFlowDialogProps>;
}

function lazyDialog(load: () => Promise<ComponentType<BulkFlowDialogProps>>) {
  return createLazyDialog(load);
}

/** The actions on all selected flows, in the order of the selection bar. */
export const bulkFlowActions = [
  {
    id: "publish",
    label: "Publish",
    icon: Rocket,
    dialog: lazyDialog(async () => (await import("./publish-flows-dialog.tsx")).PublishFlowsDialog),
  },
  {
    id: "switch-steps",
    label: "Switch steps…",
    icon: ToggleLeft,
    dialog: lazyDialog(async () => (await import("./switch-steps-dialog.tsx")).SwitchStepsDialog),
  },
  {
    id: "tags",
    label: "Tag…",
    icon: Tag,
    dialog: lazyDialog(async () => (await import("./tag-flows-dialog.tsx")).TagFlowsDialog),
  },
  {
    id: "duplicate",
    label: "Duplicate",
    icon: CopyPlus,
    dialog: lazyDialog(async () => (await import("./duplicate-flows-dialog.tsx")).DuplicateFlowsDialog),
  },
  {
    id: "export",
    label: "Export",
    icon: Download,
    dialog: lazyDialog(
      async () =>
        (await import("#client/features/flow-list/export-flows-dialog.tsx")).ExportSelectedFlowsDialog,
    ),
  },
  {
    id: "delete",
    label: "Delete",
    icon: Trash2,
    dialog: lazyDialog(async () => (await import("./delete-flows-dialog.tsx")).DeleteFlowsDialog),
  },
] as const satisfies readonly BulkFlowAction[];

export type BulkFlowActionId = (typeof bulkFlowActions)[number]["id"];
