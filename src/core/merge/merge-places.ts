import { nameList } from "#core/difference/document-parts.ts";
import { type FlowDocument, MAX_LEVEL, type StepKey } from "#core/flow-document.ts";
import { type Place, type StepListRef, ROOT, locateSteps } from "#core/step-list.ts";
import type { Choices, PlaceClash, Side } from "./clash.ts";
import type { Version } from "./merge-presence.ts";

/** Whose place a step takes: that of the side that moved it; `base` where neither did. */
export type PlaceSource = Side | "base";

export interface MergedPlaces {
  readonly lists: ReadonlyMap<StepKey, StepListRef>;
  readonly sources: ReadonlyMap<StepKey, PlaceSource>;
}

interface PlaceMerge {
  readonly base: FlowDocument;
  readonly mine: Version;
  readonly theirs: Version;
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
    const other = (side: Side): Side => (side === "mine" ? "theirs" : "mine");
    const first = source === "base" ? leader : source;
    const order: readonly PlaceSource[] = [source, first, other(first), "base"];
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

  const isPlacedBy = (key: StepKey, side: Side, otherwise: Side) =>
    sources.get(key) === side && placeIn(key, otherwise) !== undefined;

  for (const key of steps)
    put(
      key,
      sourceOf(merge, key, () => clash(key)),
    );

  // Two moves that are fine by themselves can put two steps inside each other, or a step too deep.
  for (let round = 0; round <= steps.length; round += 1) {
    const knot = findKnot(steps, lists);
    if (!knot) break;
    // Theirs gives way, unless it was decided that it holds: then it is mine that does.
    const back = knot.find((key) => isPlacedBy(key, "theirs", "mine") && clash(key) === "mine");
    const forth = back === undefined ? knot.find((key) => isPlacedBy(key, "mine", "theirs")) : undefined;
    if (back !== undefined) put(back, "mine");
    else if (forth !== undefined && round < steps.length / 2) put(forth, "theirs");
    else for (const key of knot) if (placeIn(key, "mine")) put(key, "mine");
  }
  return { lists, sources };
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
function neighbourOf({ document, moved }: Version, key: StepKey): StepKey | undefined {
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
