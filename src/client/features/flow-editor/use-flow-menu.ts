import { CloudUpload, Copy, Download, Keyboard, Search, Trash2 } from "lucide-react";
import { useMutation } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { describeError } from "#client/data/api-error.ts";
import { flowMutations } from "#client/data/flow-mutations.ts";
import { useOpenFlow } from "#client/document/use-open-flow.tsx";
import type { MenuEntry } from "#client/ui/menu-entry.ts";
import { toasts } from "#client/ui/toasts.ts";
import { autosave } from "./autosave.ts";
import type { EditorDialog } from "./editor-dialogs.tsx";
import { exportOpenFlow } from "./json-tab/export-open-flow.ts";
import { shortcuts } from "./shortcuts.ts";

function toggleAutosave(): void {
  const isOn = !autosave.isOn();
  autosave.set(isOn);
  toasts.show({
    text: isOn
      ? "Edits are now saved a moment after they are made, in every flow that this browser opens."
      : "Edits are now saved only when you ask for it.",
  });
}

/** What can be done to the open flow as a whole. */
export function useFlowMenu(
  openDialog: (dialog: EditorDialog) => void,
  onFind: () => void,
): () => readonly MenuEntry[] {
  const openFlow = useOpenFlow();
  const navigate = useNavigate();
  const { mutate } = useMutation(flowMutations.duplicate());

  const duplicate = () =>
    mutate(openFlow.getState().flow.id, {
      onSuccess: (copy) => {
        toasts.show({ text: `Made “${copy.name}”.` });
        void navigate({ to: "/flows/$flowId", params: { flowId: copy.id } });
      },
      onError: (error) => toasts.show({ text: `Not duplicated. ${describeError(error)}`, tone: "danger" }),
    });

  return () => [
    {
      type: "item",
      label: "Find in flow",
      icon: Search,
      shortcut: shortcuts.find.keys[0],
      onSelect: onFind,
    },
    {
      type: "item",
      label: "Save by itself",
      icon: CloudUpload,
      checked: autosave.isOn(),
      onSelect: toggleAutosave,
    },
    { type: "separator" },
    { type: "item", label: "Duplicate", icon: Copy, onSelect: duplicate },
    { type: "item", label: "Export JSON", icon: Download, onSelect: () => exportOpenFlow(openFlow) },
    {
      type: "item",
      label: "Keyboard shortcuts",
      icon: Keyboard,
      shortcut: shortcuts.help.keys[0],
      onSelect: () => openDialog({ type: "shortcuts" }),
    },
    { type: "separator" },
    {
      type: "item",
      label: "Delete flow",
      icon: Trash2,
      danger: true,
      onSelect: () => openDialog({ type: "delete" }),
    },
  ];
}
