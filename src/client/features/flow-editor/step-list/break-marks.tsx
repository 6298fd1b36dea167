import { memo } from "react";
import { useOpenFlowState } from "#client/document/use-open-flow.tsx";
import { useEditor } from "#client/features/flow-editor/editor-context.tsx";
import { useDragState } from "./drag-state.ts";
import { laneAt } from "./lanes.ts";
import { placesAtBoundaries } from "./places-at-boundary.ts";
import { explainRefusal, isHome, planMove } from "./step-move.ts";
import type { StepListRow } from "./step-rows.ts";

type BreakMarksProps = {
  readonly rows: readonly StepListRow[];
  /** The rows that are in the page. */
  readonly first: number;
  readonly last: number;
  readonly rowHeight: number;
  readonly indent: number;
};

/**
 * While steps are carried, every slot where they would break a reference is struck through, so that a person sees where
 * not to go before going there. Drawn once for the rows in the page: following the pointer changes none of it.
 */
export const BreakMarks = memo(function BreakMarks(props: BreakMarksProps) {
  const { rows, first, last, rowHeight, indent } = props;
  const { moveJudge } = useEditor();
  const keys = useDragState((state) =>
    state.type === "none" || state.type === "tap" ? undefined : state.keys,
  );
  const document = useOpenFlowState(({ history }) => history.document);
  const move = keys && planMove(document, keys);
  if (!move) return null;
  const boundaries = placesAtBoundaries(rows).slice(first, last + 2);
  return (
    <div aria-hidden="true" className="pointer-events-none">
      {boundaries.flatMap((places, offset) =>
        places
          .filter(
            (place) =>
              explainRefusal(move, place) === undefined &&
              !isHome(move, place) &&
              moveJudge.typeAt(document, keys, place) === "breaks",
          )
          .map(({ level }) => (
            <div
              key={`${first + offset} ${level}`}
              data-break-mark=""
              className="absolute z-5 h-0.5 w-5 -translate-x-1/2 -translate-y-1/2 rounded-full bg-danger/80 forced-colors:bg-[GrayText]"
              style={{ top: (first + offset) * rowHeight, left: laneAt(level, indent) }}
            >
              <span className="absolute top-1/2 left-1/2 h-0.5 w-2.5 -translate-1/2 -rotate-60 rounded-full bg-danger forced-colors:bg-[GrayText]" />
            </div>
          )),
      )}
    </div>
  );
});
