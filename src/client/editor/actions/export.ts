import { Download, FileDown } from "lucide-react";
import { quoteName } from "#core/document/quote-name.ts";
import { serverCapabilityQueries } from "#client/data/queries/capability-queries.ts";
import type { OpenFlow } from "#client/document/open-flow.ts";
import { countUnsavedEdits } from "#client/document/saving/unsaved-edits.ts";
import { readKeptFlowTags } from "#client/flow/remembered-flows.ts";
import { downloadFlowAsJsonFile } from "#client/flow/download-flow.ts";
import { formatCount } from "#client/ui/format/format-count.ts";
import { toasts } from "#client/ui/overlays/toasts.ts";
import { defineEditorAction } from "./define-action.ts";

export const exportFlowJsonAction = defineEditorAction({
  id: "exportJson",
  label: "Export JSON",
  icon: Download,
  scope: "page",
  run: ({ openFlow }) => exportOpenFlow(openFlow),
});

export const exportFlowForRuntimeAction = defineEditorAction({
  id: "exportRuntime",
  label: "Export for runtime",
  icon: FileDown,
  scope: "page",
  isShown: ({ page }) =>
    page.current?.client.getQueryData(serverCapabilityQueries.current().queryKey)?.exportRuntime === true,
  run: ({ openFlow }) =>
    import("./export-for-runtime.ts").then(
      ({ downloadRuntimeExport }) => downloadRuntimeExport(openFlow),
      reportUnreachableCode,
    ),
});

export function reportUnreachableCode(): void {
  toasts.show({ text: "Can’t reach the server. Retry in a moment.", tone: "danger" });
}

function exportOpenFlow(openFlow: OpenFlow): void {
  openFlow.flush();
  const state = openFlow.getState();
  const { document } = state.history;
  if (state.isInexact) {
    const text = `Couldn’t export ${quoteName(document.name)}. A number in this flow is too precise.`;
    toasts.show({ text, tone: "danger" });
    return;
  }
  const { id, tags = readKeptFlowTags(id), sampleMetadata } = state.flow;
  downloadFlowAsJsonFile(document, { tags, sampleMetadata });
  const unsaved = countUnsavedEdits({ ...state, pendingJson: undefined, invalidInputs: [] });
  const edits = unsaved > 0 ? ` with ${formatCount(unsaved, "unsaved change")}` : "";
  const isLeftOut = state.pendingJson !== undefined || state.invalidInputs.length > 0;
  const rest = isLeftOut ? " Unapplied edits aren’t included." : "";
  toasts.show({
    text: `Exported ${quoteName(document.name)}${edits}.${rest}`,
    tone: isLeftOut ? "neutral" : "success",
  });
}
