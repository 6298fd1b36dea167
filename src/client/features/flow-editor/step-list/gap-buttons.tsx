import { BRANCH_WORDS } from "#core/describe-branches.ts";
import type { FlowDocument } from "#core/flow-document.ts";
import { type Place, findList, findStep } from "#core/step-list.ts";
import { stepName } from "#core/step.ts";
import { PlusIcon } from "#client/ui/row-icons.tsx";
import { tooltip } from "#client/ui/tooltip.ts";
import { joinClasses } from "#client/ui/join-classes.ts";
import { useEditor } from "#client/features/flow-editor/editor-context.tsx";
import { laneAt } from "./lanes.ts";
import { type LevelPlace, placesAt } from "./places-at-boundary.ts";
import type { StepListRow } from "./step-rows.ts";

/** A place where a row offers to add a step. */
export interface Gap {
  readonly place: LevelPlace;
  readonly label: string;
  /** On the row's upper edge, which only the first row of the list has of its own. */
  readonly isAbove: boolean;
}

/** The gaps at the lower edge of a row, the innermost first, and above all rows for the first one. */
export function listGaps(
  document: FlowDocument,
  rows: readonly StepListRow[],
  position: number,
): readonly Gap[] {
  const gap = (place: LevelPlace, isAbove: boolean) => ({ place, isAbove, label: labelGap(document, place) });
  const below = placesAt(rows, position + 1).map((place) => gap(place, false));
  const [top] = position === 0 ? placesAt(rows, 0) : [];
  return top ? [gap(top, true), ...below] : below;
}

function labelGap(document: FlowDocument, { list, index }: Place): string {
  const above = findList(document, list)?.[index - 1];
  if (above) return `Add step after ${stepName(above)}`;
  const around = list.type === "branch" ? findStep(document, list.step) : undefined;
  if (list.type === "root" || !around) return "Add step first";
  return `Add step first in ${stepName(around)} ${BRANCH_WORDS[list.branch]}`;
}

export function areSameGaps(a: readonly Gap[], b: readonly Gap[]): boolean {
  return (
    a.length === b.length &&
    a.every(({ place, label }, index) => {
      const other = b[index];
      return label === other?.label && place.index === other.place.index && place.level === other.place.level;
    })
  );
}

type GapButtonsProps = {
  readonly gaps: readonly Gap[];
  readonly indent: number;
  readonly tabIndex: number;
};

/** The “+” of every list that goes on or ends at a row's edge, each on its own line of the tracks. */
export function GapButtons({ gaps, indent, tabIndex }: GapButtonsProps) {
  const { actions } = useEditor();
  return gaps.map(({ place, label, isAbove }) => (
    <button
      key={label}
      type="button"
      data-no-drag=""
      aria-label={label}
      tabIndex={tabIndex}
      onClick={() => actions.add({ list: place.list, index: place.index })}
      {...tooltip(label)}
      style={{ left: laneAt(place.level, indent) }}
      className={joinClasses(
        "absolute z-10 grid size-6 -translate-x-1/2 place-items-center rounded-full text-accent opacity-0 group-hover/row:transition-opacity group-hover/row:opacity-100 group-focus-within/row:opacity-100 focus-visible:opacity-100 group-data-moving/list:hidden pointer-coarse:hidden",
        // Above the first row is the end of what can be seen.
        isAbove ? "-top-1.5" : "-bottom-3",
      )}
    >
      <PlusIcon className="size-4.5 rounded-full border border-accent bg-surface p-0.5" />
    </button>
  ));
}
