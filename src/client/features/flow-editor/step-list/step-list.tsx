import { type Ref, useRef, useState } from "react";
import type { StepKey } from "#core/flow-document.ts";
import type { Place } from "#core/step-list.ts";
import { useOpenFlowState } from "#client/document/use-open-flow.tsx";
import { useEditor, useStepSelection } from "#client/features/flow-editor/editor-context.tsx";
import { useDragState } from "./drag-state.ts";
import { useIndent } from "./lanes.ts";
import { MoveBar } from "./move-bar.tsx";
import { useRowHeight } from "./row-height.ts";
import { StepDragArea } from "./step-drag-area.tsx";
import { createStepMover } from "./step-mover.ts";
import { deepestLevel, flattenSteps } from "./step-rows.ts";
import { StepWindow } from "./step-window.tsx";

/** Where the focus can be put in a row. */
export type RowPart = "row" | "handle" | "menu" | "switch";

export interface StepListHandle {
  /** Unfolds what hides the step, scrolls it into view and focuses a part of its row, mounting the row if need be. */
  readonly focusStep: (key: StepKey, part?: RowPart) => void;
  /** Does the same but for the focus, which stays where it is; the row is the one that Tab reaches. */
  readonly showStep: (key: StepKey) => void;
  /** The steps that have a row, in the order of the page. */
  readonly visibleKeys: () => readonly StepKey[];
  /** Where something goes that is added or pasted while the head of a branch has the focus: first in the branch. */
  readonly findFocusedBranch: () => Place | undefined;
}

/**
 * The steps of the open flow as one windowed list, conditionals with their branches under them. What is around the rows
 * does not know them, so that no edit and no scroll renders it.
 */
export function StepList({ ref }: { readonly ref: Ref<StepListHandle> }) {
  const editor = useEditor();
  const [mover] = useState(() => createStepMover(editor));
  const scroller = useRef<HTMLDivElement>(null);
  const folded = useStepSelection((state) => state.folded);
  const deepest = useOpenFlowState(({ history }) => deepestLevel(flattenSteps(history.document, folded)));
  const isTapping = useDragState((state) => state.type === "tap");
  const shared = { mover, scroller, rowHeight: useRowHeight(), indent: useIndent(deepest) };

  return (
    <StepDragArea {...shared} footer={isTapping && <MoveBar mover={mover} />}>
      <StepWindow ref={ref} {...shared} />
    </StepDragArea>
  );
}
