import { memo } from "react";
import { TriangleAlert } from "lucide-react";
import { CONDITIONAL_BRANCH_LABELS } from "#core/document/branch-step-counts.ts";
import { describeTargetPlace } from "#core/document/step-place.ts";
import { joinClasses } from "#client/ui/format/join-classes.ts";
import { useStepMoveState } from "#client/editor/session/step-move-state.ts";
import { useOpenFlowState } from "#client/document/use-open-flow.tsx";
import { useEditor } from "#client/editor/session/editor-provider.tsx";
import { getTooltipProps } from "#client/ui/overlays/tooltip.ts";
import type { DescribedMoveImpact } from "#client/editor/session/broken-references.ts";
import { computeNestingLineXPx } from "./row-geometry.ts";
import { type PlaceInGap, listPlacesByGap } from "./list-places-at-gap.ts";
import {
  explainWhyStepsCannotMoveTo,
  isMoveWithoutEffect,
  planStepMove,
  listPlacesOfMove,
} from "./step-move.ts";
import type { StepListRow } from "./step-rows.ts";
import type { StepMoveController } from "./step-move-controller.ts";

type DropMarkerProps = { readonly rowHeight: number; readonly indent: number };

/** Struck through where nothing can be dropped. Separate, so that moving it does not render the rows. */
export const DropPlaceMarker = memo(function DropPlaceMarker({ rowHeight, indent }: DropMarkerProps) {
  const state = useStepMoveState();
  if (state.type === "none" || state.type === "tap") return null;
  const { gap, place, isCurrentPlace, refusal, impact } = state;
  const landing = isCurrentPlace ? "home" : impact.type;
  const tone = refusal === undefined ? landing : "refused";
  const lane = computeNestingLineXPx(place.level, indent);
  return (
    <div
      // Scrolls only for keyboard moves: the pointer is always over a visible place.
      ref={(marker) => (state.type === "keyboard" ? marker?.scrollIntoView({ block: "nearest" }) : undefined)}
      aria-hidden="true"
      data-drop-marker={tone}
      className="pointer-events-none absolute inset-x-0 top-0 z-10 h-0 scroll-my-16"
      style={{ transform: `translateY(${gap * rowHeight}px)` }}
    >
      <div
        className={joinClasses("absolute right-2 -mt-px h-0.5 rounded-full", lines[tone])}
        style={{ left: lane }}
      />
      <div
        className={joinClasses(
          "absolute size-3 -translate-x-1/2 -translate-y-1/2 rounded-full border-2 bg-surface",
          rings[tone],
        )}
        style={{ left: lane }}
      >
        {(tone === "refused" || tone === "breaks") && (
          <span className="absolute top-1/2 left-1/2 h-0.5 w-5 -translate-1/2 -rotate-45 rounded-full bg-danger forced-colors:bg-[CanvasText]" />
        )}
      </div>
    </div>
  );
});

const lines = {
  safe: "bg-accent forced-colors:bg-[Highlight]",
  changes: "bg-warning forced-colors:bg-[Highlight]",
  breaks: "bg-danger forced-colors:bg-[Highlight]",
  home: "bg-line-strong forced-colors:bg-[GrayText]",
  refused:
    "bg-[repeating-linear-gradient(90deg,var(--danger)_0_6px,transparent_6px_10px)] forced-colors:bg-[GrayText]",
} as const;
const rings = {
  safe: "border-accent",
  changes: "border-warning",
  breaks: "border-danger",
  home: "border-line-strong",
  refused: "border-danger",
} as const;

type ReferenceBreakMarksProps = {
  readonly rows: readonly StepListRow[];
  readonly first: number;
  readonly last: number;
  readonly rowHeight: number;
  readonly indent: number;
};

/** Depends on the mounted rows only, so moving the pointer does not render this component. */
export const ReferenceBreakingDropMarkers = memo(function ReferenceBreakingDropMarkers(
  props: ReferenceBreakMarksProps,
) {
  const { rows, first, last, rowHeight, indent } = props;
  const { moveAssessor } = useEditor();
  const keys = useStepMoveState((state) =>
    state.type === "none" || state.type === "tap" ? undefined : state.keys,
  );
  const document = useOpenFlowState(({ history }) => history.document);
  const move = keys && planStepMove(document, keys);
  if (!move) return null;
  const gaps = listPlacesByGap(rows).slice(first, last + 2);
  return (
    <div aria-hidden="true" className="pointer-events-none">
      {gaps.flatMap((places, offset) =>
        places
          .filter(
            (place) =>
              explainWhyStepsCannotMoveTo(move, place) === undefined &&
              !isMoveWithoutEffect(move, place) &&
              moveAssessor.typeAt(document, keys, place) === "breaks",
          )
          .map(({ level }) => (
            <div
              key={`${first + offset} ${level}`}
              data-break-mark=""
              className="absolute z-5 h-0.5 w-5 -translate-x-1/2 -translate-y-1/2 rounded-full bg-danger/80 forced-colors:bg-[GrayText]"
              style={{ top: (first + offset) * rowHeight, left: computeNestingLineXPx(level, indent) }}
            >
              <span className="absolute top-1/2 left-1/2 h-0.5 w-2.5 -translate-1/2 -rotate-60 rounded-full bg-danger forced-colors:bg-[GrayText]" />
            </div>
          )),
      )}
    </div>
  );
});

type MoveDestinationButtonsProps = {
  readonly mover: StepMoveController;
  readonly rows: readonly StepListRow[];
  readonly first: number;
  readonly last: number;
  readonly rowHeight: number;
  readonly indent: number;
};

/** Rendered outside the list element, which may contain only rows. */
export function MoveDestinationButtons({
  mover,
  rows,
  first,
  last,
  rowHeight,
  indent,
}: MoveDestinationButtonsProps) {
  const { moveAssessor } = useEditor();
  const state = useStepMoveState();
  const document = useOpenFlowState(({ history }) => history.document);
  const move = state.type === "tap" ? planStepMove(document, state.keys) : undefined;
  if (!move) return null;
  const targets = listPlacesOfMove(move, listPlacesByGap(rows)).filter(
    ({ place }) => !isMoveWithoutEffect(move, place),
  );
  const gaps = [...new Set(targets.map(({ gap }) => gap))];
  return (
    <div role="group" aria-label={`Positions for ${move.name}`}>
      {gaps
        .filter((gap) => gap >= first && gap <= last + 1)
        .map((gap) => {
          const places = targets.filter((target) => target.gap === gap).toReversed();
          return (
            <div
              key={gap}
              className="absolute right-2 z-20 flex h-6 -translate-y-1/2 gap-1 pointer-coarse:h-8"
              style={{
                top: gap * rowHeight,
                left: computeNestingLineXPx(places[0]?.place.level ?? 0, indent) - 6,
              }}
            >
              {places.map(({ place }) => (
                <PlaceButton
                  key={place.level}
                  {...labelPlace(describeTargetPlace(document, place, move.keys), place)}
                  impact={moveAssessor.assess(document, move.keys, place)}
                  onClick={() => mover.land(place, "handle")}
                />
              ))}
            </div>
          );
        })}
    </div>
  );
}

/** The visible text omits the conditional's name: the button is displayed inside of it. */
function labelPlace(place: string, { list }: PlaceInGap) {
  const branch =
    list.type === "branch" ? place.lastIndexOf(` › ${CONDITIONAL_BRANCH_LABELS[list.branch]}, `) : -1;
  return { label: `Place ${place}`, words: branch < 0 ? place : place.slice(branch + 3) };
}

type PlaceButtonProps = {
  readonly label: string;
  readonly words: string;
  readonly impact: DescribedMoveImpact;
  readonly onClick: () => void;
};

const tones = { safe: "text-accent", changes: "text-warning", breaks: "text-danger" } as const;

function PlaceButton({ label, words, impact, onClick }: PlaceButtonProps) {
  return (
    <button
      type="button"
      aria-label={impact.sentence === "" ? label : `${label}. ${impact.sentence}`}
      onClick={onClick}
      {...(impact.sentence !== "" && getTooltipProps(impact.sentence))}
      className={joinClasses("group/place flex min-w-0 flex-1 items-center rounded-full", tones[impact.type])}
    >
      <span className="size-3 shrink-0 rounded-full border-2 border-current bg-surface group-hover/place:bg-current" />
      <span className="h-0 min-w-2 flex-1 border-t border-dashed border-current opacity-60 group-hover/place:border-solid group-hover/place:opacity-100" />
      <span className="flex max-w-[80%] items-center gap-1 rounded-full border border-current/40 bg-raised px-2 text-xs leading-5 group-hover/place:border-current pointer-coarse:px-3 pointer-coarse:leading-7">
        {impact.type !== "safe" && <TriangleAlert aria-hidden="true" className="size-3 shrink-0" />}
        <span className="truncate">{words}</span>
      </span>
    </button>
  );
}
