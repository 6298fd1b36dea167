import { quoteName } from "#core/text/quote-name.ts";
import { type Ref, memo, useRef, useState } from "react";
import { findStep } from "#core/document/step-list.ts";
import { getStepName } from "#core/document/step.ts";
import { useOpenFlowState } from "#client/document/use-open-flow.tsx";
import { useEditor, useStepSelection } from "#client/editor/session/editor-provider.tsx";
import type { StepListHandle } from "#client/editor/session/editor-session.ts";
import { useStepMoveState } from "#client/editor/session/step-move-state.ts";
import { Button } from "#client/ui/controls/button.tsx";
import { useMediaQuery } from "#client/ui/hooks/use-media-query.ts";
import { useNestingIndentPx, useStepRowHeight } from "./row-geometry.ts";
import { StepDragArea } from "./step-drag-area.tsx";
import { createStepMoveController } from "./step-move-controller.ts";
import { findDeepestRowLevel, flattenStepsToRows } from "./step-rows.ts";
import { VirtualizedStepRows } from "./virtualized-step-rows.tsx";
import { formatCount } from "#client/ui/format/format-count.ts";

/** Only `VirtualizedStepRows` subscribes to the rows, so that edits and scrolling render nothing else. */
export const StepList = memo(function StepList({ ref }: { readonly ref: Ref<StepListHandle> }) {
  const editor = useEditor();
  const [mover] = useState(() => createStepMoveController(editor));
  const scroller = useRef<HTMLDivElement>(null);
  const folded = useStepSelection((state) => state.folded);
  const deepest = useOpenFlowState(({ history }) =>
    findDeepestRowLevel(flattenStepsToRows(history.document, folded)),
  );
  const isTapping = useStepMoveState((state) => state.type === "tap");
  const shared = { mover, scroller, rowHeight: useStepRowHeight(), indent: useNestingIndentPx(deepest) };

  return (
    <StepDragArea {...shared} footer={isTapping && <MoveBar />}>
      <VirtualizedStepRows ref={ref} {...shared} />
    </StepDragArea>
  );
});

function MoveBar() {
  const { list } = useEditor();
  const state = useStepMoveState();
  const document = useOpenFlowState(({ history }) => history.document);
  const verb = useMediaQuery("(pointer: coarse)") ? "tap" : "click";
  if (state.type !== "tap") return null;
  const node = findStep(document, state.lead);
  const name =
    state.keys.length === 1 && node ? quoteName(getStepName(node)) : formatCount(state.keys.length, "step");
  return (
    <div className="flex shrink-0 items-center justify-between gap-3 border-t border-line bg-accent-soft px-4 py-2">
      <span className="min-w-0 truncate">
        Moving {name} — {verb} a position
      </span>
      <Button size="sm" onClick={() => list.current?.cancelMove()}>
        Cancel
      </Button>
    </div>
  );
}
