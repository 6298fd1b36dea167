import { nameList } from "#core/difference/document-parts.ts";
import type { FlowDocument, StepKey } from "#core/flow-document.ts";
import { ROOT, locateSteps } from "#core/step-list.ts";
import type { Placement } from "./merge-presence.ts";
import type { MergedPlaces, PlaceSource } from "./merge-places.ts";

interface OrderMerge {
  readonly base: FlowDocument;
  readonly mine: Placement;
  readonly theirs: Placement;
}

/**
 * The steps of every list in order, by the list's name. Steps that neither side moved stand as they did and hold the
 * list together; every other one follows the one of them that it follows where it was put.
 */
export function mergeOrder(
  { base, mine, theirs }: OrderMerge,
  { lists, sources }: MergedPlaces,
): ReadonlyMap<string, readonly StepKey[]> {
  const documents = { base, mine: mine.document, theirs: theirs.document };
  const members = new Map<string, StepKey[]>([[nameList(ROOT), []]]);
  for (const [key, list] of lists) {
    const name = nameList(list);
    members.set(name, [...(members.get(name) ?? []), key]);
  }
  const isBefore = createComparison(documents);
  const placeIn = (source: PlaceSource, key: StepKey) => locateSteps(documents[source]).get(key);
  const orders = new Map<string, readonly StepKey[]>();
  for (const [name, keys] of members) {
    const inOrderOf = (source: PlaceSource) =>
      keys
        .filter((key) => sources.get(key) === source)
        .toSorted((a, b) => (placeIn(source, a)?.ordinal ?? 0) - (placeIn(source, b)?.ordinal ?? 0));
    const trunk = inOrderOf("base");
    const isTrunk = new Set(trunk);
    const gaps = new Map<StepKey | undefined, StepKey[]>();
    for (const source of ["mine", "theirs"] as const) {
      const bySibling = new Map<StepKey | undefined, StepKey[]>();
      for (const key of inOrderOf(source)) {
        const anchor = findAnchor(documents[source], key, name, isTrunk);
        bySibling.set(anchor, [...(bySibling.get(anchor) ?? []), key]);
      }
      for (const [anchor, group] of bySibling)
        gaps.set(anchor, interleave(gaps.get(anchor) ?? [], group, isBefore));
    }
    orders.set(
      name,
      [undefined, ...trunk].flatMap((key) => [...(key === undefined ? [] : [key]), ...(gaps.get(key) ?? [])]),
    );
  }
  return orders;
}

/** The last step before this one in the list called `name` that stands where it was; undefined for the list's start. */
function findAnchor(
  document: FlowDocument,
  key: StepKey,
  name: string,
  isTrunk: ReadonlySet<StepKey>,
): StepKey | undefined {
  const siblings = siblingsOf(document).get(name) ?? [];
  const own = siblings.indexOf(key);
  for (let index = own - 1; index >= 0; index -= 1) {
    const sibling = siblings[index];
    if (sibling !== undefined && isTrunk.has(sibling)) return sibling;
  }
  return undefined;
}

const siblings = new WeakMap<FlowDocument, ReadonlyMap<string, readonly StepKey[]>>();

function siblingsOf(document: FlowDocument): ReadonlyMap<string, readonly StepKey[]> {
  const known = siblings.get(document);
  if (known) return known;
  const lists = new Map<string, StepKey[]>();
  for (const [key, { list }] of locateSteps(document)) {
    const name = nameList(list);
    const keys = lists.get(name);
    if (keys) keys.push(key);
    else lists.set(name, [key]);
  }
  siblings.set(document, lists);
  return lists;
}

/**
 * Whether one step comes before another, merged three ways like any value: which of two comes first can only be one of
 * two things, so where the sides differ, one of them has changed it.
 */
function createComparison(documents: Readonly<Record<PlaceSource, FlowDocument>>) {
  const order = (document: FlowDocument, a: StepKey, b: StepKey): boolean | undefined => {
    const all = locateSteps(document);
    const [left, right] = [all.get(a), all.get(b)];
    if (!left || !right || nameList(left.list) !== nameList(right.list)) return undefined;
    return left.index < right.index;
  };
  return (a: StepKey, b: StepKey): boolean => {
    const [was, mine, theirs] = [documents.base, documents.mine, documents.theirs].map((document) =>
      order(document, a, b),
    );
    if (mine === undefined || theirs === undefined) return mine ?? theirs ?? a < b;
    if (mine === theirs) return mine;
    return was === mine ? theirs : mine;
  };
}

/**
 * Both groups in their own order, each step before those of the other that it comes before. The comparison may run in a
 * circle; the result is the same whichever group is named first.
 */
function interleave(
  one: readonly StepKey[],
  other: readonly StepKey[],
  isBefore: (a: StepKey, b: StepKey) => boolean,
): StepKey[] {
  const [left, right] = (one[0] ?? "") <= (other[0] ?? "") ? [one, other] : [other, one];
  const result: StepKey[] = [];
  let [atLeft, atRight] = [0, 0];
  for (;;) {
    const [a, b] = [left[atLeft], right[atRight]];
    if (a === undefined || b === undefined)
      return [...result, ...left.slice(atLeft), ...right.slice(atRight)];
    if (isBefore(a, b)) {
      result.push(a);
      atLeft += 1;
    } else {
      result.push(b);
      atRight += 1;
    }
  }
}
