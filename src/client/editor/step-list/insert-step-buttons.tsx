import { memo } from "react";
import { CONDITIONAL_BRANCH_LABELS } from "#core/document/branch-step-counts.ts";
import type { FlowDocument } from "#core/document/flow-document.ts";
import { type StepPlace, findStepList, findStep } from "#core/document/step-list.ts";
import { getStepName } from "#core/document/step.ts";
import { getTooltipProps } from "#client/ui/overlays/tooltip.ts";
import { joinClasses } from "#client/ui/format/join-classes.ts";
import { openAddStepDialog } from "#client/editor/actions/add-step.ts";
import { useEditor } from "#client/editor/session/editor-provider.tsx";
import { computeNestingLineXPx } from "./row-geometry.ts";
import { type PlaceInGap, listPlacesAtGap } from "./list-places-at-gap.ts";
import type { StepListRow } from "./step-rows.ts";

export interface LabeledPlace {
  readonly place: PlaceInGap;
  readonly label: string;
  /** Whether the place is above the row: true only for the start of the flow, above the first row. */
  readonly isAbove: boolean;
}

/** Lists the places at the lower edge of a row, innermost first; for the first row also the one above it. */
export function listPlacesAtRow(
  document: FlowDocument,
  rows: readonly StepListRow[],
  index: number,
): readonly LabeledPlace[] {
  const toLabeledPlace = (place: PlaceInGap, isAbove: boolean) => ({
    place,
    isAbove,
    label: labelGap(document, place),
  });
  const below = listPlacesAtGap(rows, index + 1).map((place) => toLabeledPlace(place, false));
  const [top] = index === 0 ? listPlacesAtGap(rows, 0) : [];
  return top ? [toLabeledPlace(top, true), ...below] : below;
}

function labelGap(document: FlowDocument, { list, index }: StepPlace): string {
  const above = findStepList(document, list)?.[index - 1];
  if (above) return `Add step after ${getStepName(above)}`;
  const conditional = list.type === "branch" ? findStep(document, list.step) : undefined;
  if (list.type === "root" || !conditional) return "Add step first";
  return `Add step first in ${getStepName(conditional)} ${CONDITIONAL_BRANCH_LABELS[list.branch]}`;
}

export function areSamePlaceLists(a: readonly LabeledPlace[], b: readonly LabeledPlace[]): boolean {
  return (
    a.length === b.length &&
    a.every(({ place, label }, index) => {
      const other = b[index];
      return label === other?.label && place.index === other.place.index && place.level === other.place.level;
    })
  );
}

type InsertStepButtonsProps = {
  readonly places: readonly LabeledPlace[];
  readonly indent: number;
  readonly tabIndex: number;
};

export const InsertStepButtons = memo(function InsertStepButtons(props: InsertStepButtonsProps) {
  const { places, indent, tabIndex } = props;
  const editor = useEditor();
  return places.map(({ place, label, isAbove }) => (
    <button
      key={label}
      type="button"
      data-no-drag=""
      data-insert=""
      aria-label={label}
      tabIndex={tabIndex}
      onClick={() => openAddStepDialog(editor, { list: place.list, index: place.index })}
      {...getTooltipProps(label)}
      style={{ left: computeNestingLineXPx(place.level, indent) }}
      className={joinClasses(
        "absolute z-10 grid size-6 before:icon-plus before:size-4 before:rounded-full before:border before:border-accent before:bg-surface hover:before:bg-accent hover:before:text-accent-ink after:pointer-events-none after:absolute after:left-full after:h-0.5 after:w-40 after:rounded-full after:bg-accent/70 after:opacity-0 hover:after:opacity-100 focus-visible:after:opacity-100 -translate-x-1/2 place-items-center rounded-full text-accent opacity-0 focus-visible:opacity-100 data-nearest:opacity-100 group-data-moving/list:hidden pointer-coarse:hidden",
        isAbove ? "-top-3" : "-bottom-3",
      )}
    />
  ));
}, isSameInsertStepButtons);

function isSameInsertStepButtons(before: InsertStepButtonsProps, after: InsertStepButtonsProps): boolean {
  return (
    before.indent === after.indent &&
    before.tabIndex === after.tabIndex &&
    areSamePlaceLists(before.places, after.places)
  );
}
