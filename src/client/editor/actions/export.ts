import { Download, FileDown } from "lucide-react";
import { toasts } from "#client/ui/overlays/toasts.ts";
import { defineEditorAction } from "./define-action.ts";

/** Loaded after the editor has opened, so that an export works without the server. */
export const loadFlowExport = () => import("./export-flow.ts");

export const exportFlowJsonAction = defineEditorAction({
  id: "exportJson",
  label: "Export JSON",
  icon: Download,
  scope: "page",
  run: ({ openFlow }) =>
    loadFlowExport().then(({ exportOpenFlow }) => exportOpenFlow(openFlow), reportUnreachableCode),
});

export const exportFlowForRuntimeAction = defineEditorAction({
  id: "exportRuntime",
  label: "Export without editor data",
  icon: FileDown,
  scope: "page",
  run: ({ openFlow }) =>
    loadFlowExport().then(
      ({ downloadRuntimeExport }) => downloadRuntimeExport(openFlow),
      reportUnreachableCode,
    ),
});

export function reportUnreachableCode(): void {
  toasts.show({ text: "Can’t reach the server. Retry in a moment.", tone: "danger" });
}
