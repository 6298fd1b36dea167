import type { FlowDocument } from "#core/flow-document.ts";
import { locateSteps } from "#core/step-list.ts";
import type { LevelPlace, Target } from "./places-at-boundary.ts";
import { isSamePlace } from "./step-move.ts";

/** Places that PageUp and PageDown go past. */
const PAGE = 10;

/**
 * Where a key carries the steps that are at `place`: up and down from place to place in the order of the page, left to
 * right after the conditional around it, right into the branch that ends above or begins below. Where there is no
 * further to go it is the place itself, to be said again; undefined for a key that moves nothing.
 */
export function findKeyTarget(
  targets: readonly Target[],
  place: LevelPlace,
  document: FlowDocument,
  key: string,
): Target | undefined {
  const position = targets.findIndex((target) => isSamePlace(target.place, place));
  const here = targets[position];
  const at = (wanted: number) => targets[Math.max(0, Math.min(targets.length - 1, wanted))];
  switch (key) {
    case "ArrowUp":
      return at(position - 1);
    case "ArrowDown":
      return at(position + 1);
    case "PageUp":
      return at(position - PAGE);
    case "PageDown":
      return at(position + PAGE);
    case "Home":
      return at(0);
    case "End":
      return at(targets.length - 1);
    case "ArrowLeft":
      return findOutside(targets, place, document) ?? here;
    case "ArrowRight": {
      const [above, below] = [targets[position - 1], targets[position + 1]];
      if (above && above.boundary === here?.boundary && above.place.level > place.level) return above;
      return below && below.place.level > place.level ? below : here;
    }
    default:
      return undefined;
  }
}

/** The nearest place above or below that breaks and changes no reference; undefined where there is none. */
export function findSafeTarget(
  targets: readonly Target[],
  place: LevelPlace,
  key: "ArrowUp" | "ArrowDown",
  isSafe: (target: Target) => boolean,
): Target | undefined {
  const position = targets.findIndex((target) => isSamePlace(target.place, place));
  return key === "ArrowUp"
    ? targets.slice(0, Math.max(0, position)).findLast(isSafe)
    : targets.slice(position + 1).find(isSafe);
}

function findOutside(
  targets: readonly Target[],
  { list, level }: LevelPlace,
  document: FlowDocument,
): Target | undefined {
  const around = list.type === "branch" ? locateSteps(document).get(list.step) : undefined;
  if (!around) return undefined;
  const outside = { list: around.list, index: around.index + 1, level: level - 1 };
  return targets.find(({ place }) => isSamePlace(place, outside));
}
