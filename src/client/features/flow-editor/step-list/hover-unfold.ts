import type { OpenFlow } from "#client/document/open-flow.ts";
import type { StepSelection } from "#client/features/flow-editor/step-selection.ts";
import { useDragState } from "./drag-state.ts";
import { flattenSteps } from "./step-rows.ts";

/** How long steps are held over a folded conditional before it opens for them, in milliseconds. */
const REST_MS = 600;

/** Unfolds the conditional that a drag rests on, unless it is one of those that are dragged. */
export function createHoverUnfold(openFlow: OpenFlow, selection: StepSelection) {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let hovered: string | undefined;
  const findFolded = (position: number) => {
    const row = flattenSteps(openFlow.getState().history.document, selection.getState().folded)[position];
    const moving = useDragState.getState();
    const isMoving = moving.type !== "none" && row !== undefined && moving.covers.has(row.node.key);
    return row?.type === "step" && row.isFolded && !isMoving ? row.node.key : undefined;
  };
  return {
    over: (position: number) => {
      const key = findFolded(position);
      if (key === hovered) return;
      clearTimeout(timer);
      hovered = key;
      if (key !== undefined) timer = setTimeout(() => selection.unfold(key), REST_MS);
    },
    stop: () => clearTimeout(timer),
  };
}
