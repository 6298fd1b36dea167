import { assembleSteps, listKeys } from "#core/difference/document-parts.ts";
import { findChanges, findMoved } from "#core/difference/find-changes.ts";
import type { FlowDocument, StepKey, StepNode } from "#core/flow-document.ts";
import type { JsonObject } from "#core/json.ts";
import { openBranches } from "#core/own-fields.ts";
import { type StepListRef, locateSteps } from "#core/step-list.ts";
import type { Choices, PlaceClash, Side } from "./clash.ts";
import type { Bases } from "./merge-fields.ts";
import { mergeOrder } from "./merge-order.ts";
import { type PlaceMerge, mergePlaces } from "./merge-places.ts";
import type { Version } from "./merge-presence.ts";

interface ListMerge {
  readonly bases: Bases<FlowDocument>;
  readonly mine: FlowDocument;
  readonly theirs: FlowDocument;
  /** What every step of the merge says. */
  readonly fields: ReadonlyMap<StepKey, JsonObject>;
  readonly choices: Choices;
  readonly clashes: PlaceClash[];
}

/**
 * The steps of the merge, put together. Where their places hang on which of the bases it was, the first that differs is a
 * clash, and the result nearest to the side that is chosen for it holds for all.
 */
export function mergeLists(merge: ListMerge): readonly StepNode[] {
  const { bases, mine, theirs, choices, clashes } = merge;
  const told = new Set<string>();
  const results = bases.map((base) => {
    const found: PlaceClash[] = [];
    const steps = mergeFrom(base, { ...merge, clashes: found });
    for (const clash of found) if (!told.has(clash.id)) clashes.push(clash);
    for (const { id } of found) told.add(id);
    return { name: "", description: null, steps };
  });
  const [first, ...others] = results;
  const moved = new Set(others.flatMap((other) => (first ? [...findMoved(first, other)] : [])));
  if (!first || moved.size === 0) return first?.steps ?? [];
  const sides = { mine: locateSteps(mine), theirs: locateSteps(theirs) };
  const key = [...moved].find((step) => sides.mine.has(step) && sides.theirs.has(step));
  const [here, there] = [sides.mine, sides.theirs].map((all) => key && all.get(key));
  const id = JSON.stringify(["place", key]);
  if (key && here && there && !told.has(id))
    clashes.push({ type: "place", id, key, mine: here, theirs: there, preset: "mine" });
  const side = choices.get(id) === "theirs" ? theirs : mine;
  const distance = (result: FlowDocument) => findMoved(side, result).size;
  return results.toSorted((a, b) => distance(a) - distance(b))[0]?.steps ?? first.steps;
}

function mergeFrom(base: FlowDocument, { mine, theirs, fields, choices, clashes }: ListMerge) {
  const branches = new Map([...fields].map(([key, own]) => [key, openBranches(own)]));
  const sides: Pick<PlaceMerge, "base" | "mine" | "theirs"> = {
    base,
    mine: { side: "mine", document: mine, moved: findMoved(base, mine) },
    theirs: { side: "theirs", document: theirs, moved: findMoved(base, theirs) },
  };
  const merged = mergePlaces({
    ...sides,
    steps: [...fields.keys()],
    hasList: (list: StepListRef) =>
      list.type === "root" || (branches.get(list.step)?.includes(list.branch) ?? false),
    leader: orderText(mine) <= orderText(theirs) ? "mine" : "theirs",
    choices,
    clashes,
  });
  return assembleSteps({ fields, lists: mergeOrder(sides, merged) }, mine);
}

/** One side of a merge, and all that it may have done. */
export function describeSide(side: Side, bases: Bases<FlowDocument>, document: FlowDocument): Version {
  const changes = bases.flatMap((base) => findChanges(base, document));
  const moved = new Set(bases.flatMap((base) => [...findMoved(base, document)]));
  return { side, document, changes, moved };
}

/** The order of all steps as a text, so that the sides can be told apart by what they say. */
function orderText(document: FlowDocument): string {
  return JSON.stringify([...listKeys(document)]);
}
