import { assembleSteps, listKeys } from "#core/difference/document-parts.ts";
import { findChanges, findMoved } from "#core/difference/find-changes.ts";
import type { FlowDocument, StepKey, StepNode } from "#core/flow-document.ts";
import { type JsonObject, withKey } from "#core/json.ts";
import { openBranches, ownFields, writeOwnFields } from "#core/own-fields.ts";
import { isSameDocument } from "#core/save-body.ts";
import { type StepListRef, locateSteps } from "#core/step-list.ts";
import type { Choices, Clash, FieldClash, PlaceClash, RemovalClash, Side } from "./clash.ts";
import { mergeObject, mergeValue } from "./merge-fields.ts";
import { mergeOrder } from "./merge-order.ts";
import { mergePlaces } from "./merge-places.ts";
import { type Version, mergeRemovals } from "./merge-presence.ts";

export interface Merge {
  /** With what was decided, and the preset side where nothing was. */
  readonly document: FlowDocument;
  /** In the order of the page, the decided ones included. */
  readonly clashes: readonly Clash[];
}

/**
 * Brings together what two sides made of one document, by step and by field. What only one of them changed is taken
 * from it; order is kept by neighbours; text is merged by lines. Nothing is dropped that neither side removed. All
 * three documents name their steps by the same keys ({@link parseFlowLike}).
 */
export function mergeDocuments(
  base: FlowDocument,
  mine: FlowDocument,
  theirs: FlowDocument,
  choices: Choices = new Map(),
): Merge {
  if (isSameDocument(base, theirs) || isSameDocument(mine, theirs)) return { document: mine, clashes: [] };
  if (isSameDocument(base, mine)) return { document: theirs, clashes: [] };

  const [here, there] = [describeSide("mine", base, mine), describeSide("theirs", base, theirs)];
  const fieldClashes: FieldClash[] = [];
  const removals: RemovalClash[] = [];
  const places: PlaceClash[] = [];

  const flow = { key: undefined, choices, clashes: fieldClashes };
  const name = mergeValue(flow, ["name"], base.name, mine.name, theirs.name) as string;
  const texts = [base, mine, theirs].map(({ description }) => description ?? null);
  const description = mergeValue(flow, ["description"], texts[0], texts[1], texts[2]) as string | null;

  const gone = new Set([
    ...mergeRemovals(base, [here, there], choices, removals),
    ...mergeRemovals(base, [there, here], choices, removals),
  ]);
  const fields = mergeSteps([base, mine, theirs], gone, choices, fieldClashes);
  const branches = new Map([...fields].map(([key, own]) => [key, openBranches(own)]));
  const sides = { base, mine: here, theirs: there };
  const merged = mergePlaces({
    ...sides,
    steps: [...fields.keys()],
    hasList: (list: StepListRef) =>
      list.type === "root" || (branches.get(list.step)?.includes(list.branch) ?? false),
    leader: orderText(mine) <= orderText(theirs) ? "mine" : "theirs",
    choices,
    clashes: places,
  });
  const lists = mergeOrder(sides, merged);
  const steps = assembleSteps({ fields, lists }, mine);
  const isUnknown = mine.description === undefined && theirs.description === undefined;
  const document: FlowDocument = { name, description: isUnknown ? undefined : description, steps };
  return { document, clashes: inPageOrder(document, [...removals, ...places, ...fieldClashes]) };
}

function describeSide(side: Side, base: FlowDocument, document: FlowDocument): Version {
  return { side, document, changes: findChanges(base, document), moved: findMoved(base, document) };
}

/** The order of all steps as a text, so that the sides can be told apart by what they say. */
function orderText(document: FlowDocument): string {
  return JSON.stringify([...listKeys(document)]);
}

/** What every step of the merge says, in the order of mine and then of theirs. */
function mergeSteps(
  documents: readonly [FlowDocument, FlowDocument, FlowDocument],
  gone: ReadonlySet<StepKey>,
  choices: Choices,
  clashes: FieldClash[],
): ReadonlyMap<StepKey, JsonObject> {
  const [base, mine, theirs] = documents.map(locateSteps);
  const fields = new Map<StepKey, JsonObject>();
  for (const key of [...(mine?.keys() ?? []), ...(theirs?.keys() ?? [])]) {
    if (gone.has(key) || fields.has(key)) continue;
    const [was, here, there] = [base, mine, theirs].map((document) => document?.get(key)?.node);
    const only = here && there ? undefined : (here ?? there);
    if (only) fields.set(key, only.fields);
    else if (here && there) fields.set(key, mergeStep(was, here, there, choices, clashes));
  }
  return fields;
}

function mergeStep(
  base: StepNode | undefined,
  mine: StepNode,
  theirs: StepNode,
  choices: Choices,
  clashes: FieldClash[],
): JsonObject {
  const { key } = mine;
  const own = mine.fields === theirs.fields || theirs.fields === base?.fields;
  const merged = own
    ? ownFields(mine)
    : mergeObject(
        { key, choices, clashes },
        [],
        base ? ownFields(base) : {},
        ownFields(mine),
        ownFields(theirs),
      );
  const fields = own ? mine.fields : writeOwnFields(mine.fields, merged);
  const { id } = theirs.fields;
  return Object.hasOwn(fields, "id") || id === undefined ? fields : withKey(fields, "id", id);
}

function inPageOrder(document: FlowDocument, clashes: readonly Clash[]): readonly Clash[] {
  const all = locateSteps(document);
  const ordinal = ({ key }: Clash) => (key === undefined ? -1 : (all.get(key)?.ordinal ?? all.size));
  return clashes.toSorted((a, b) => ordinal(a) - ordinal(b));
}
