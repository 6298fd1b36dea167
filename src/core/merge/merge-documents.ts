import type { FlowDocument, StepKey, StepNode } from "#core/flow-document.ts";
import { type JsonObject, withKey } from "#core/json.ts";
import { ownFields, writeOwnFields } from "#core/own-fields.ts";
import { isSameDocument } from "#core/save-body.ts";
import { locateSteps } from "#core/step-list.ts";
import type { Choices, Clash, FieldClash, PlaceClash, RemovalClash } from "./clash.ts";
import { type Bases, mapBases, mergeObject, mergeValue } from "./merge-fields.ts";
import { describeSide, mergeLists } from "./merge-lists.ts";
import { mergeRemovals } from "./merge-presence.ts";

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
 *
 * Where nobody can tell whether theirs began with `base` or with one of `doubted`, as after a save that got no answer, what
 * would come out differently is a clash too: the other side may have taken it back.
 */
export function mergeDocuments(
  base: FlowDocument,
  mine: FlowDocument,
  theirs: FlowDocument,
  choices: Choices = new Map(),
  doubted: readonly FlowDocument[] = [],
): Merge {
  const bases: Bases<FlowDocument> = [base, ...doubted];
  const isUnchanged = (document: FlowDocument) => bases.every((was) => isSameDocument(was, document));
  if (isUnchanged(theirs) || isSameDocument(mine, theirs)) return { document: mine, clashes: [] };
  if (isUnchanged(mine)) return { document: theirs, clashes: [] };

  const [here, there] = [describeSide("mine", bases, mine), describeSide("theirs", bases, theirs)];
  const fieldClashes: FieldClash[] = [];
  const removals: RemovalClash[] = [];
  const places: PlaceClash[] = [];

  const flow = { key: undefined, choices, clashes: fieldClashes };
  const name = mergeValue(flow, ["name"], mapBases(bases, nameOf), mine.name, theirs.name) as string;
  const texts = mapBases(bases, descriptionOf);
  const description = mergeValue(flow, ["description"], texts, descriptionOf(mine), descriptionOf(theirs)) as
    | string
    | null;

  const gone = new Set([
    ...mergeRemovals(bases, [here, there], choices, removals),
    ...mergeRemovals(bases, [there, here], choices, removals),
  ]);
  const fields = mergeSteps({ bases, mine, theirs }, gone, choices, fieldClashes);
  const steps = mergeLists({ bases, mine, theirs, fields, choices, clashes: places });
  const isUnknown = mine.description === undefined && theirs.description === undefined;
  const document: FlowDocument = { name, description: isUnknown ? undefined : description, steps };
  return { document, clashes: inPageOrder(document, [...removals, ...places, ...fieldClashes]) };
}

const nameOf = ({ name }: FlowDocument) => name;
const descriptionOf = ({ description }: FlowDocument) => description ?? null;

interface Sides<T, B = T> {
  readonly bases: Bases<B>;
  readonly mine: T;
  readonly theirs: T;
}

/** What every step of the merge says, in the order of mine and then of theirs. */
function mergeSteps(
  documents: Sides<FlowDocument>,
  gone: ReadonlySet<StepKey>,
  choices: Choices,
  clashes: FieldClash[],
): ReadonlyMap<StepKey, JsonObject> {
  const [mine, theirs] = [locateSteps(documents.mine), locateSteps(documents.theirs)];
  const fields = new Map<StepKey, JsonObject>();
  for (const key of [...mine.keys(), ...theirs.keys()]) {
    if (gone.has(key) || fields.has(key)) continue;
    const [here, there] = [mine.get(key)?.node, theirs.get(key)?.node];
    const only = here && there ? undefined : (here ?? there);
    if (only) fields.set(key, only.fields);
    if (!here || !there) continue;
    const bases = mapBases(documents.bases, (document) => locateSteps(document).get(key)?.node);
    fields.set(key, mergeStep({ bases, mine: here, theirs: there }, choices, clashes));
  }
  return fields;
}

function mergeStep(
  { bases, mine, theirs }: Sides<StepNode, StepNode | undefined>,
  choices: Choices,
  clashes: FieldClash[],
): JsonObject {
  const { key } = mine;
  const own = mine.fields === theirs.fields || bases.every((base) => theirs.fields === base?.fields);
  const merged = own
    ? ownFields(mine)
    : mergeObject(
        { key, choices, clashes },
        [],
        mapBases(bases, (base) => (base ? ownFields(base) : {})),
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
