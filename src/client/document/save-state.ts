import { isBehind } from "./flow-version.ts";
import type { OpenFlowState } from "./open-flow.ts";
import { countUnsavedEdits } from "./unsaved-edits.ts";

export type SaveTone = "calm" | "pending" | "danger";

/** The save state in the words of the page, always visible. That edits outlive the page is said only where they do. */
export function describeSaveState(state: OpenFlowState): { readonly text: string; readonly tone: SaveTone } {
  const { progress } = state;
  if (progress.type === "saving") return { text: "Saving…", tone: "pending" };
  const kept = state.isKeptOnDevice ? "kept on this device" : "kept in this tab";
  const unsaved = countUnsavedEdits(state);
  // Of what was saved the device keeps nothing.
  if (progress.type === "deleted")
    return { text: `Deleted — ${unsaved > 0 ? kept : "kept in this tab"}`, tone: "danger" };
  // It stands even when every edit is undone: what is shown is not what the server holds.
  if (isBehind(state)) return { text: "Changed elsewhere", tone: "danger" };
  if (unsaved === 0) return { text: "Saved", tone: "calm" };
  switch (progress.type) {
    case "waiting":
      return progress.reason === "offline"
        ? { text: `Offline — ${kept}`, tone: "danger" }
        : { text: "Could not save — retry", tone: "danger" };
    case "signed-out":
      return { text: `Signed out — ${kept}`, tone: "danger" };
    case "refused":
    case "failed":
      return { text: "Could not save — retry", tone: "danger" };
    case "resting":
      return { text: `${unsaved} unsaved change${unsaved === 1 ? "" : "s"}`, tone: "pending" };
  }
}
