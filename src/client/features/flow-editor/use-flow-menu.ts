import {
  CloudUpload,
  Copy,
  Download,
  FileDown,
  FlaskConical,
  History,
  Keyboard,
  Search,
  Trash2,
  Undo2,
} from "lucide-react";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { describeError } from "#client/data/api-error.ts";
import { capabilityQueries, runsFlows } from "#client/data/capability-queries.ts";
import { flowMutations } from "#client/data/flow-mutations.ts";
import type { OpenFlow } from "#client/document/open-flow.ts";
import { countUnsavedEdits } from "#client/document/unsaved-edits.ts";
import { useOpenFlow } from "#client/document/use-open-flow.tsx";
import { findPublishState } from "#client/flow/publish-state.ts";
import type { MenuEntry } from "#client/ui/menu-entry.ts";
import { toasts } from "#client/ui/toasts.ts";
import { autosave } from "./autosave.ts";
import type { Editor } from "./editor-context.tsx";
import type { EditorDialog } from "./editor-dialogs.tsx";
import { exportOpenFlow } from "./json-tab/export-open-flow.ts";
import { shortcuts } from "./shortcuts.ts";

/** Read when the menu opens: what can be gone back to, or why there is nothing. */
function discardEntries(
  openFlow: OpenFlow,
  openDialog: (dialog: EditorDialog) => void,
): readonly MenuEntry[] {
  openFlow.settle();
  const isSaved = countUnsavedEdits(openFlow.getState()) === 0;
  const published = findPublishState(openFlow.getState().flow);
  return [
    {
      type: "item",
      label: "Discard to saved…",
      icon: Undo2,
      disabledReason: isSaved ? "Everything is saved." : undefined,
      onSelect: () => openDialog({ type: "discard", to: "saved" }),
    },
    {
      type: "item",
      label: "Discard to published…",
      icon: History,
      disabledReason:
        published === "draft"
          ? "Nothing was published yet."
          : published === "published" && isSaved
            ? "This is what is published."
            : undefined,
      onSelect: () => openDialog({ type: "discard", to: "published" }),
    },
  ];
}

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
export function useFlowMenu({ openDialog, trial }: Editor, onFind: () => void): () => readonly MenuEntry[] {
  const openFlow = useOpenFlow();
  const navigate = useNavigate();
  const client = useQueryClient();
  const { mutate } = useMutation(flowMutations.duplicate());

  const duplicate = () =>
    mutate(openFlow.getState().flow.id, {
      onSuccess: (copy) => {
        toasts.show({ text: `Made “${copy.name}”.` });
        void navigate({ to: "/flows/$flowId", params: { flowId: copy.id } });
      },
      onError: (error) => toasts.show({ text: `Not duplicated. ${describeError(error)}`, tone: "danger" }),
    });

  const exportRuntime = () =>
    void import("./export-for-runtime.ts").then(
      ({ exportForRuntime }) => exportForRuntime(openFlow),
      () => toasts.show({ text: "The server cannot be reached. Try again in a moment.", tone: "danger" }),
    );

  const tryIt: MenuEntry = {
    type: "item",
    label: "Try it",
    icon: FlaskConical,
    shortcut: shortcuts.tryIt.keys[0],
    onSelect: () => trial.setState({ isOpen: true }),
  };

  return () => [
    ...(runsFlows(client) ? [tryIt] : []),
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
    ...discardEntries(openFlow, openDialog),
    { type: "separator" },
    { type: "item", label: "Duplicate", icon: Copy, onSelect: duplicate },
    { type: "item", label: "Export JSON", icon: Download, onSelect: () => exportOpenFlow(openFlow) },
    ...(client.getQueryData(capabilityQueries.current().queryKey)?.exportRuntime
      ? [{ type: "item", label: "Export for runtime", icon: FileDown, onSelect: exportRuntime } as const]
      : []),
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
