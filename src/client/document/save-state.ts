import { type OpenFlowState, countUnsavedEdits } from "./open-flow.ts";

export type SaveTone = "calm" | "pending" | "danger";

/** The save state in the words of the page, always visible. Until edits outlive the tab, it does not claim that they do. */
export function describeSaveState(state: OpenFlowState): { readonly text: string; readonly tone: SaveTone } {
  const unsaved = countUnsavedEdits(state);
  if (state.progress.type === "saving") return { text: "Saving…", tone: "pending" };
  // A conflict stands even when every edit is undone: what is shown is not what the server holds.
  const isConflict = state.progress.type === "failed" && state.progress.failure.type === "conflict";
  if (state.progress.type === "failed" && (unsaved > 0 || isConflict)) {
    switch (state.progress.failure.type) {
      case "offline":
        return { text: "Offline — kept in this tab", tone: "danger" };
      case "signed-out":
        return { text: "Signed out — kept in this tab", tone: "danger" };
      case "conflict":
        return { text: "Changed elsewhere", tone: "danger" };
      case "deleted":
        return { text: "Deleted elsewhere — kept in this tab", tone: "danger" };
      case "refused":
      case "error":
        return { text: "Could not save — retry", tone: "danger" };
    }
  }
  if (unsaved === 0) return { text: "Saved", tone: "calm" };
  return { text: `${unsaved} unsaved change${unsaved === 1 ? "" : "s"}`, tone: "pending" };
}
