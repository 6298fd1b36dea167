import type { FlowDocument, StepKey } from "#core/flow-document.ts";
import { type Place, findList, isSameList, locateSteps } from "#core/step-list.ts";
import { describePlace, listPlaces } from "#core/step-place.ts";
import { stepName } from "#core/step.ts";
import { explainRefusal, isHome, planMove } from "./step-list/step-move.ts";

/** A place that steps could be moved to. */
export interface MoveTarget {
  readonly place: Place;
  /** “before Score”, “in Route › then, first”. */
  readonly label: string;
  /** What comes after it, where the label says only that it is first: “before Score”. */
  readonly detail: string | undefined;
  /** The 1-based position that the first of the steps would have in its new list. */
  readonly position: number;
  /** Why they cannot go there, or that they are there. */
  readonly refusal: string | undefined;
}

/** Every place of the flow, from top to bottom; of two that would come to the same only the upper one. */
export function listMoveTargets(document: FlowDocument, keys: readonly StepKey[]): readonly MoveTarget[] {
  const move = planMove(document, keys);
  if (!move) return [];
  const known = locateSteps(document);
  const moved = new Set(move.keys);
  const origins = move.keys.flatMap((key) => known.get(key) ?? []);
  return listPlaces(document).flatMap((place) => {
    const { list, index } = place;
    const steps = findList(document, list) ?? [];
    const above = steps[index - 1];
    if (above && moved.has(above.key)) return [];
    const level = list.type === "root" ? 0 : (known.get(list.step)?.level ?? 0) + 1;
    const target = { ...place, level };
    const leaving = origins.filter((at) => at.index < index && isSameList(at.list, list)).length;
    const here = isHome(move, target)
      ? `${move.keys.length === 1 ? "It is" : "They are"} here now.`
      : undefined;
    const label = describePlace(document, place, move.keys);
    const next = steps.slice(index).find(({ key }) => !moved.has(key));
    return {
      place,
      label,
      detail: label.endsWith(", first") && next ? `before ${stepName(next)}` : undefined,
      position: index - leaving + 1,
      refusal: explainRefusal(move, target) ?? here,
    };
  });
}

/** What is drawn at once: a list of thousands would take its time with every key. */
const SHOWN = 100;
/** Of those, how many lie before the steps when nothing is typed yet. */
const BEFORE = 20;

/**
 * The targets whose labels hold each word that was typed, then those that do with their positions; with nothing typed
 * those around the place that the steps are at. `more` of them are left out.
 */
export function findMoveTargets(
  targets: readonly MoveTarget[],
  query: string,
): { readonly shown: readonly MoveTarget[]; readonly more: number } {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  const holds = (text: string) => words.every((word) => text.toLowerCase().includes(word));
  const named = targets.filter((target) => holds(nameOf(target)));
  const numbered = targets.filter(
    (target) => !holds(nameOf(target)) && holds(`${nameOf(target)} position ${target.position}`),
  );
  const matches = [...named, ...numbered];
  const home = words.length === 0 ? matches.findIndex(({ refusal }) => refusal !== undefined) : 0;
  const from = Math.max(0, Math.min(home - BEFORE, matches.length - SHOWN));
  const shown = matches.slice(from, from + SHOWN);
  return { shown, more: matches.length - shown.length };
}

function nameOf({ label, detail = "" }: MoveTarget): string {
  return `${label} ${detail}`;
}
