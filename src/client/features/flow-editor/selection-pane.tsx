import { lazyPart } from "#client/ui/lazy-part.tsx";
import { useStepSelection } from "./editor-context.tsx";
import { useDragState } from "./step-list/drag-state.ts";

export const SelectedSteps = lazyPart(async () => (await import("./selected-steps.tsx")).SelectedSteps);

/** What can be done to several selected steps, while there are several and none of them is under way. */
export function SelectionPane() {
  const isShown = useStepSelection((state) => state.keys.size > 1 || state.isGathering);
  const isPlacing = useDragState((state) => state.type === "tap");
  return isShown && !isPlacing && <SelectedSteps />;
}
