import { nameList } from "#core/difference/document-parts.ts";
import { type FlowDocument, MAX_LEVEL, type StepKey } from "#core/flow-document.ts";
import { type Place, type StepListRef, ROOT, locateSteps } from "#core/step-list.ts";
import type { Choices, PlaceClash, Side } from "./clash.ts";
import type { Placement } from "./merge-presence.ts";

/** Whose place a step takes: that of the side that moved it; `base` where neither did. */
export type PlaceSource = Side | "base";

export interface MergedPlaces {
  readonly lists: ReadonlyMap<StepKey, StepListRef>;
  readonly sources: ReadonlyMap<StepKey, PlaceSource>;
}

export interface PlaceMerge {
  readonly base: FlowDocument;
  readonly mine: Placement;
  readonly theirs: Placement;
  /** The steps that the merge holds. */
  readonly steps: readonly StepKey[];
  /** Whether the merge holds this list. */
  readonly hasList: (list: StepListRef) => boolean;
  /** The side whose place is taken where both say the same: which one must not hang on who merges. */
  readonly leader: Side;
  readonly choices: Choices;
  readonly clashes: PlaceClash[];
}

/** The list that every step goes to: where the side that moved it put it. No step ends up inside itself. */
export function mergePlaces(merge: PlaceMerge): MergedPlaces {
  const { steps, hasList, leader, choices, clashes } = merge;
  const sources = new Map<StepKey, PlaceSource>();
  const lists = new Map<StepKey, StepListRef>();
  const told = new Set<StepKey>();

  const placeIn = (key: StepKey, source: PlaceSource): Place | undefined => {
    const document = source === "base" ? merge.base : merge[source].document;
    return locateSteps(document).get(key);
  };
  const put = (key: StepKey, source: PlaceSource) => {
    const first = source === "base" ? leader : source;
    const order: readonly PlaceSource[] = [source, first, otherSide(first), "base"];
    const found = order.find((side) => {
      const place = placeIn(key, side);
      return place && hasList(place.list);
    });
    sources.set(key, found ?? source);
    lists.set(key, (found && placeIn(key, found)?.list) ?? ROOT);
  };
  const clash = (key: StepKey): Side => {
    const id = JSON.stringify(["place", key]);
    const [mine, theirs] = [placeIn(key, "mine"), placeIn(key, "theirs")];
    if (!told.has(key) && mine && theirs)
      clashes.push({ type: "place", id, key, mine, theirs, preset: "mine" });
    told.add(key);
    return choices.get(id) === "theirs" ? "theirs" : "mine";
  };

  for (const key of steps)
    put(
      key,
      sourceOf(merge, key, () => clash(key)),
    );

  const canGo = (key: StepKey, from: Side, to: Side) =>
    sources.get(key) === from && placeIn(key, to) !== undefined;

  // Two moves that are fine by themselves can put two steps inside each other, or a step too deep. Which step the question
  // is about, and which gives way to the answer, hangs on the keys alone: both sides are asked the same.
  const inKeyOrder = steps.toSorted();
  for (let round = 0; round <= 2 * steps.length; round += 1) {
    const knot = findKnot(inKeyOrder, lists)?.toSorted();
    if (!knot) break;
    const asked = knot.find((key) => canGo(key, "mine", "theirs") || canGo(key, "theirs", "mine"));
    // Answers that tie further knots do not go on for ever: in the end one side's places hold, which are without any.
    const side = asked === undefined || round >= steps.length ? leader : clash(asked);
    const givesWay = knot.find((key) => canGo(key, otherSide(side), side));
    if (givesWay === undefined) for (const key of knot) if (placeIn(key, side)) put(key, side);
    if (givesWay !== undefined) put(givesWay, side);
  }
  return { lists, sources };
}

function otherSide(side: Side): Side {
  return side === "mine" ? "theirs" : "mine";
}

function sourceOf({ base, mine, theirs, leader }: PlaceMerge, key: StepKey, decide: () => Side): PlaceSource {
  const [was, here, there] = [base, mine.document, theirs.document].map((document) =>
    locateSteps(document).get(key),
  );
  if (!here) return !was || theirs.moved.has(key) ? "theirs" : "base";
  if (!there) return !was || mine.moved.has(key) ? "mine" : "base";
  const [byMine, byTheirs] = was ? [mine.moved.has(key), theirs.moved.has(key)] : [true, true];
  if (!byMine && !byTheirs) return "base";
  if (byMine !== byTheirs) return byMine ? "mine" : "theirs";
  const isSamePlace =
    nameList(here.list) === nameList(there.list) && neighbourOf(mine, key) === neighbourOf(theirs, key);
  return isSamePlace ? leader : decide();
}

/** The step before it in its list, of those that stand where they were. */
function neighbourOf({ document, moved }: Placement, key: StepKey): StepKey | undefined {
  const all = locateSteps(document);
  const place = all.get(key);
  if (!place) return undefined;
  const siblings = [...all.values()].filter(({ list }) => nameList(list) === nameList(place.list));
  return siblings.findLast(({ index, node }) => index < place.index && !moved.has(node.key))?.node.key;
}

/** Steps around each other in a circle, or a step that is too deep with those around it. */
function findKnot(
  steps: readonly StepKey[],
  lists: ReadonlyMap<StepKey, StepListRef>,
): readonly StepKey[] | undefined {
  for (const key of steps) {
    const around: StepKey[] = [key];
    let list = lists.get(key);
    while (list?.type === "branch") {
      if (around.includes(list.step)) return around.slice(around.indexOf(list.step));
      around.push(list.step);
      list = lists.get(list.step);
    }
    if (around.length - 1 > MAX_LEVEL) return around;
  }
  return undefined;
}
