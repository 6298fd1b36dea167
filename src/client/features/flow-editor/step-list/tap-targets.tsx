import { TriangleAlert } from "lucide-react";
import { BRANCH_WORDS } from "#core/describe-branches.ts";
import { describePlace } from "#core/step-place.ts";
import { joinClasses } from "#client/ui/join-classes.ts";
import { tooltip } from "#client/ui/tooltip.ts";
import { useEditor } from "#client/features/flow-editor/editor-context.tsx";
import type { MoveVerdict } from "#client/features/flow-editor/judge-move.ts";
import { useOpenFlowState } from "#client/document/use-open-flow.tsx";
import { useDragState } from "./drag-state.ts";
import { laneAt } from "./lanes.ts";
import { type LevelPlace, placesAtBoundaries } from "./places-at-boundary.ts";
import { isHome, listTargets, planMove } from "./step-move.ts";
import type { StepMover } from "./step-mover.ts";
import type { StepListRow } from "./step-rows.ts";

type TapTargetsProps = {
  readonly mover: StepMover;
  readonly rows: readonly StepListRow[];
  /** The rows that are in the page. */
  readonly first: number;
  readonly last: number;
  readonly rowHeight: number;
  readonly indent: number;
};

/**
 * A button for every place that the steps in hand can go to, over the edges of the rows. Places that cannot be, and the
 * one where they are, have none. They lie apart from the list, whose children are its rows and nothing else.
 */
export function TapTargets({ mover, rows, first, last, rowHeight, indent }: TapTargetsProps) {
  const { moveJudge } = useEditor();
  const state = useDragState();
  const document = useOpenFlowState(({ history }) => history.document);
  const move = state.type === "tap" ? planMove(document, state.keys) : undefined;
  if (!move) return null;
  const targets = listTargets(move, placesAtBoundaries(rows)).filter(({ place }) => !isHome(move, place));
  const boundaries = [...new Set(targets.map(({ boundary }) => boundary))];
  return (
    <div role="group" aria-label={`Places for ${move.name}`}>
      {boundaries
        .filter((boundary) => boundary >= first && boundary <= last + 1)
        .map((boundary) => {
          // The shallowest first, as their lanes lie from left to right.
          const places = targets.filter((target) => target.boundary === boundary).toReversed();
          return (
            <div
              key={boundary}
              className={joinClasses(
                "absolute right-2 z-20 flex h-6 gap-1 pointer-coarse:h-8",
                // Above the first row is the end of what can be seen.
                boundary === 0 ? "-translate-y-2" : "-translate-y-1/2",
              )}
              style={{
                top: boundary * rowHeight,
                left: laneAt(places[0]?.place.level ?? 0, indent) - 6,
              }}
            >
              {places.map(({ place }) => (
                <PlaceButton
                  key={place.level}
                  {...labelPlace(describePlace(document, place, move.keys), place)}
                  verdict={moveJudge.judge(document, move.keys, place)}
                  onClick={() => mover.land(place, "handle")}
                />
              ))}
            </div>
          );
        })}
    </div>
  );
}

/** The whole name, and as much of it as is to be read: which conditional it is about is seen from where it stands. */
function labelPlace(place: string, { list }: LevelPlace) {
  const branch = list.type === "branch" ? place.lastIndexOf(` › ${BRANCH_WORDS[list.branch]}, `) : -1;
  return { label: `Place ${place}`, words: branch < 0 ? place : place.slice(branch + 3) };
}

type PlaceButtonProps = {
  readonly label: string;
  readonly words: string;
  readonly verdict: MoveVerdict;
  readonly onClick: () => void;
};

const tones = { safe: "text-accent", changes: "text-warning", breaks: "text-danger" } as const;

/** A station on the way, a stretch of line, and the words for the place; all of it can be pressed. */
function PlaceButton({ label, words, verdict, onClick }: PlaceButtonProps) {
  return (
    <button
      type="button"
      aria-label={verdict.sentence === "" ? label : `${label}. ${verdict.sentence}`}
      onClick={onClick}
      {...(verdict.sentence !== "" && tooltip(verdict.sentence))}
      className={joinClasses(
        "group/place flex min-w-0 flex-1 items-center rounded-full",
        tones[verdict.type],
      )}
    >
      <span className="size-3 shrink-0 rounded-full border-2 border-current bg-surface group-hover/place:bg-current" />
      <span className="h-0 min-w-2 flex-1 border-t border-dashed border-current opacity-60 group-hover/place:border-solid group-hover/place:opacity-100" />
      <span className="flex max-w-[80%] items-center gap-1 rounded-full border border-current/40 bg-raised px-2 text-xs leading-5 group-hover/place:border-current pointer-coarse:px-3 pointer-coarse:leading-7">
        {verdict.type !== "safe" && <TriangleAlert aria-hidden="true" className="size-3 shrink-0" />}
        <span className="truncate">{words}</span>
      </span>
    </button>
  );
}
