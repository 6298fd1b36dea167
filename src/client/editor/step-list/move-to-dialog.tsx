import { quoteName } from "#core/text/quote-name.ts";
import { CircleCheck, CircleX, TriangleAlert } from "lucide-react";
import { useMemo, useState } from "react";
import type { StepKey, FlowDocument } from "#core/document/flow-document.ts";
import {
  type StepPlace,
  findStep,
  findStepList,
  isSameStepListRef,
  getLocationsOfAllSteps,
} from "#core/document/step-list.ts";
import { describeTargetPlace, listStepPlaces } from "#core/document/step-place.ts";
import { getStepName } from "#core/document/step.ts";
import { useOpenFlowState } from "#client/document/use-open-flow.tsx";
import { formatCount } from "#client/ui/format/format-count.ts";
import { joinClasses } from "#client/ui/format/join-classes.ts";
import { useEditor } from "#client/editor/session/editor-provider.tsx";
import {
  type DescribedMoveImpact,
  SAFE_MOVE_IMPACT,
  MOVE_IMPACT_TEXT_COLOR_CLASSES,
} from "#client/editor/session/broken-references.ts";
import type { StepMoveTriggerControl } from "#client/editor/session/editor-session.ts";
import { moveStepsInEditor } from "#client/editor/actions/move.ts";
import { SearchablePickDialog } from "#client/ui/overlays/pick-dialog.tsx";
import { explainWhyStepsCannotMoveTo, isMoveWithoutEffect, planStepMove } from "./step-move.ts";

type MoveToDialogProps = {
  readonly keys: readonly StepKey[];
  readonly movedWith: StepMoveTriggerControl | undefined;
  readonly lead: StepKey | undefined;
  readonly onClose: () => void;
};

export function MoveToDialog({ keys, movedWith, lead, onClose }: MoveToDialogProps) {
  const editor = useEditor();
  const { moveAssessor } = editor;
  // Destinations are stored as indexes, which an edit made while the dialog is open would shift.
  const document = useOpenFlowState(({ history }) => history.document);
  const [query, setQuery] = useState("");
  const targets = useMemo(() => listMoveDestinations(document, keys), [document, keys]);
  const { shown, more } = searchMoveDestinations(targets, query);
  const preselected =
    query.trim() === ""
      ? findNearestMoveDestination(shown, (place) => moveAssessor.typeAt(document, keys, place))
      : undefined;

  return (
    <SearchablePickDialog
      title={`Move ${editor.nameOf(keys)} to…`}
      label="Positions"
      placeholder="Search by step name, then, else, first or last"
      query={query}
      onQueryChange={setQuery}
      preselectedId={preselected && placeId(preselected.place)}
      groups={[
        {
          items: shown.map((target) => ({
            id: placeId(target.place),
            content: (
              <TargetLine
                {...target}
                impact={
                  target.refusal === undefined
                    ? moveAssessor.assess(document, keys, target.place)
                    : SAFE_MOVE_IMPACT
                }
              />
            ),
            disabled: target.refusal !== undefined,
            onPick: () => {
              onClose();
              moveStepsInEditor(editor, keys, target.place, { movedWith, lead });
            },
          })),
        },
      ]}
      status={
        <>
          {shown.length === 0 && <p className="px-2 py-8 text-center">No matching positions.</p>}
          {more > 0 && <p className="px-2 text-xs">{formatCount(more, "more position")}. Type to search.</p>}
        </>
      }
      onClose={onClose}
    />
  );
}

function TargetLine(target: MoveTarget & { readonly impact: DescribedMoveImpact }) {
  const { label, detail, refusal, position, impact } = target;
  // Only the end of a label distinguishes places in the same conditional.
  const ImpactIcon = impactIcons[impact.type];
  const end = target.place.list.type === "root" ? label.length : label.lastIndexOf(" › ");
  return (
    <>
      <span className="min-w-0 flex-1">
        <span className="flex min-w-0 whitespace-pre *:overflow-hidden *:text-ellipsis">
          <span dir="auto">{label.slice(0, end)}</span>
          <span className="max-w-[60%] shrink-0">{label.slice(end)}</span>
          {detail !== undefined && <span className="text-muted"> · {detail}</span>}
        </span>
        {refusal !== undefined && <span className="block text-xs"> {refusal}</span>}
        {impact.sentence !== "" && (
          <span className={joinClasses("flex gap-1.5 text-xs", MOVE_IMPACT_TEXT_COLOR_CLASSES[impact.type])}>
            <ImpactIcon aria-hidden="true" className="mt-0.5 size-3 shrink-0" />
            <span> {impact.sentence}</span>
          </span>
        )}
      </span>
      <span className="shrink-0 text-xs text-muted tabular-nums">position {position}</span>
    </>
  );
}

const impactIcons = { safe: CircleCheck, changes: TriangleAlert, breaks: CircleX } as const;

function placeId({ list, index }: StepPlace): string {
  return list.type === "root" ? `root ${index}` : `${list.step} ${list.branch} ${index}`;
}

interface MoveTarget {
  readonly place: StepPlace;
  /** For example “before Score” or “in Route › then, first”. */
  readonly label: string;
  /** The following step, if the label only says “first”: “before Score”. */
  readonly detail: string | undefined;
  /** The names of the conditional around the destination and of the step after it, in full, for the search. */
  readonly names: string;
  /** The 1-based position that the first of the moved steps would have in its new list. */
  readonly position: number;
  /** Why the steps cannot move to this destination, or a note that they are at this destination already. */
  readonly refusal: string | undefined;
  /** Whether the first of the moved steps is at this destination now. */
  readonly isOrigin: boolean;
}

/** Top to bottom; of two destinations with the same result, only the upper. */
export function listMoveDestinations(
  document: FlowDocument,
  keys: readonly StepKey[],
): readonly MoveTarget[] {
  const move = planStepMove(document, keys);
  if (!move) return [];
  const locations = getLocationsOfAllSteps(document);
  const moved = new Set(move.keys);
  const origins = move.keys.flatMap((key) => locations.get(key) ?? []);
  return listStepPlaces(document).flatMap((place) => {
    const { list, index } = place;
    const steps = findStepList(document, list) ?? [];
    const above = steps[index - 1];
    if (above && moved.has(above.key)) return [];
    const level = list.type === "root" ? 0 : (locations.get(list.step)?.level ?? 0) + 1;
    const target = { ...place, level };
    const aboveCount = origins.filter((at) => at.index < index && isSameStepListRef(at.list, list)).length;
    const currentPositionNote = isMoveWithoutEffect(move, target) ? "Current position." : undefined;
    const label = describeTargetPlace(document, place, move.keys);
    const next = steps.slice(index).find(({ key }) => !moved.has(key));
    const around = list.type === "branch" ? findStep(document, list.step) : undefined;
    return {
      place,
      label,
      detail: label.endsWith(", first") && next ? `before ${quoteName(getStepName(next))}` : undefined,
      names: [around, next].map((node) => (node ? getStepName(node) : "")).join(" "),
      position: index - aboveCount + 1,
      refusal: explainWhyStepsCannotMoveTo(move, target) ?? currentPositionNote,
      isOrigin: origins[0]?.index === index && isSameStepListRef(origins[0].list, list),
    };
  });
}

/** Maximum number of rendered destinations: rendering thousands would delay every keystroke. */
const MAX_SHOWN = 100;
const SHOWN_BEFORE_ORIGIN = 20;

/** Matches of the label come first. Without a query: those around the current position. `more`: omitted. */
export function searchMoveDestinations(
  targets: readonly MoveTarget[],
  query: string,
): { readonly shown: readonly MoveTarget[]; readonly more: number } {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  const hasAllWords = (text: string) => words.every((word) => text.toLowerCase().includes(word));
  const named = targets.filter((target) => hasAllWords(searchTextOf(target)));
  const numbered = targets.filter(
    (target) =>
      !hasAllWords(searchTextOf(target)) &&
      hasAllWords(`${searchTextOf(target)} position ${target.position}`),
  );
  const matches = [...named, ...numbered];
  const home = words.length === 0 ? matches.findIndex(({ isOrigin }) => isOrigin) : 0;
  const from = Math.max(0, Math.min(home - SHOWN_BEFORE_ORIGIN, matches.length - MAX_SHOWN));
  const shown = matches.slice(from, from + MAX_SHOWN);
  return { shown, more: matches.length - shown.length };
}

const severities: readonly DescribedMoveImpact["type"][] = ["safe", "changes", "breaks"];

/** One that breaks nothing, else with the least impact. Prefers the list that the steps are in. */
export function findNearestMoveDestination(
  targets: readonly MoveTarget[],
  impactAt: (place: StepPlace) => DescribedMoveImpact["type"],
): MoveTarget | undefined {
  const origin = targets.findIndex(({ isOrigin }) => isOrigin);
  const home = targets[origin]?.place.list;
  if (!home) return undefined;
  const allowed = targets
    .map((target, index) => ({
      target,
      distance: Math.abs(index - origin),
      isElsewhere: !isSameStepListRef(target.place.list, home),
      severity: severities.indexOf(impactAt(target.place)),
    }))
    .filter(({ target }) => target.refusal === undefined);
  const [nearest] = allowed.toSorted(
    (a, b) =>
      a.severity - b.severity || Number(a.isElsewhere) - Number(b.isElsewhere) || a.distance - b.distance,
  );
  return nearest?.target;
}

function searchTextOf({ label, detail = "", names }: MoveTarget): string {
  return `${label} ${detail} ${names}`;
}
