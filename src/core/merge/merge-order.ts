import { getStepListId } from "#core/difference/build-step-tree.ts";
import type { FlowDocument, StepKey } from "#core/document/flow-document.ts";
import { ROOT_STEP_LIST_REF, getLocationsOfAllSteps } from "#core/document/step-list.ts";
import type { MergeSideMovedSteps } from "./merge-step-removals.ts";
import type { MergedStepLists, MergedPlaceSource } from "./merge-step-places.ts";

interface OrderMerge {
  readonly base: FlowDocument;
  readonly mine: MergeSideMovedSteps;
  readonly theirs: MergeSideMovedSteps;
}

/** By list id. Unmoved steps stay in their order; others follow the nearest unmoved step before them. */
export function mergeStepOrder(
  { base, mine, theirs }: OrderMerge,
  { lists, sources }: MergedStepLists,
): ReadonlyMap<string, readonly StepKey[]> {
  const documents = { base, mine: mine.document, theirs: theirs.document };
  const members = new Map<string, StepKey[]>([[getStepListId(ROOT_STEP_LIST_REF), []]]);
  for (const [key, list] of lists) {
    const name = getStepListId(list);
    members.set(name, [...(members.get(name) ?? []), key]);
  }
  const isBefore = createComparison(documents);
  const placeIn = (source: MergedPlaceSource, key: StepKey) =>
    getLocationsOfAllSteps(documents[source]).get(key);
  const orders = new Map<string, readonly StepKey[]>();
  for (const [name, keys] of members) {
    const inOrderOf = (source: MergedPlaceSource) =>
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

const siblingCache = new WeakMap<FlowDocument, ReadonlyMap<string, readonly StepKey[]>>();

function siblingsOf(document: FlowDocument): ReadonlyMap<string, readonly StepKey[]> {
  const known = siblingCache.get(document);
  if (known) return known;
  const lists = new Map<string, StepKey[]>();
  for (const [key, { list }] of getLocationsOfAllSteps(document)) {
    const name = getStepListId(list);
    const keys = lists.get(name);
    if (keys) keys.push(key);
    else lists.set(name, [key]);
  }
  siblingCache.set(document, lists);
  return lists;
}

/** If the sides disagree, the side that changed the order of the two steps wins. */
function createComparison(documents: Readonly<Record<MergedPlaceSource, FlowDocument>>) {
  const order = (document: FlowDocument, a: StepKey, b: StepKey): boolean | undefined => {
    const all = getLocationsOfAllSteps(document);
    const [left, right] = [all.get(a), all.get(b)];
    if (!left || !right || getStepListId(left.list) !== getStepListId(right.list)) return undefined;
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

/** The result does not depend on the order of the arguments, even if the comparison has cycles. */
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
