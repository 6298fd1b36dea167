import { isBehind } from "./flow-version.ts";
import type { OpenFlowState } from "./open-flow.ts";
import { countUnsavedEdits } from "./unsaved-edits.ts";
import type { SaveProgress } from "./save-machine.ts";

/** What keeps the flow from being saved and is to be told, with what can be done. */
export type SaveTrouble =
  | Exclude<SaveProgress, { readonly type: "resting" | "saving" }>
  /** The server holds another version than the one that was edited. */
  | { readonly type: "behind" };

const BEHIND: SaveTrouble = { type: "behind" };

/** None when all is well, or nothing would be saved anyhow. The same object as long as it is the same trouble. */
export function findTrouble(state: OpenFlowState): SaveTrouble | undefined {
  const { progress } = state;
  if (progress.type === "saving") return undefined;
  if (progress.type === "deleted") return progress;
  if (isBehind(state)) return BEHIND;
  return progress.type === "resting" || countUnsavedEdits(state) === 0 ? undefined : progress;
}
