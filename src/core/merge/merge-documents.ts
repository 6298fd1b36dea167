import type { FlowDocument, StepKey, StepNode } from "#core/document/flow-document.ts";
import { type JsonObject, copyObjectWithKey } from "#core/json/json.ts";
import {
  getStepFieldsWithoutIdAndOrder,
  replaceStepContentFields,
} from "#core/document/step-content-fields.ts";
import { isDocumentUnchangedForSave } from "#core/save-body.ts";
import { getLocationsOfAllSteps } from "#core/document/step-list.ts";
import type {
  ConflictChoices,
  MergeConflict,
  FieldConflict,
  MoveConflict,
  RemovalConflict,
} from "./conflict.ts";
import {
  type PossibleMergeBases,
  type ThreeWayMergeInput,
  mapMergeBases,
  mergeJsonObject,
  mergeJsonValue,
} from "./merge-json-value.ts";
import { findMergeSideChanges, mergeStepLists } from "./merge-lists.ts";
import { mergeStepRemovals } from "./merge-step-removals.ts";

export interface MergeResult {
  readonly document: FlowDocument;
  readonly conflicts: readonly MergeConflict[];
}

interface MergeOptions {
  readonly choices?: ConflictChoices;
  /** Saves that may have been applied. A merge result that depends on the base becomes a conflict. */
  readonly otherPossibleBases?: readonly FlowDocument[];
}

/** By step and field, texts by line. The documents must use the same step keys. */
export function mergeDocuments(
  base: FlowDocument,
  mine: FlowDocument,
  theirs: FlowDocument,
  { choices = new Map(), otherPossibleBases = [] }: MergeOptions = {},
): MergeResult {
  const bases: PossibleMergeBases<FlowDocument> = [base, ...otherPossibleBases];
  const isUnchanged = (document: FlowDocument) =>
    bases.every((was) => isDocumentUnchangedForSave(was, document));
  if (isUnchanged(theirs) || isDocumentUnchangedForSave(mine, theirs))
    return { document: mine, conflicts: [] };
  if (isUnchanged(mine)) return { document: theirs, conflicts: [] };

  const [here, there] = [
    findMergeSideChanges("mine", bases, mine),
    findMergeSideChanges("theirs", bases, theirs),
  ];
  const fieldConflicts: FieldConflict[] = [];
  const removals: RemovalConflict[] = [];
  const places: MoveConflict[] = [];

  const flow = { key: undefined, choices, conflicts: fieldConflicts };
  const documents = { bases, mine, theirs };
  const name = mergeJsonValue(flow, ["name"], mapSides(documents, nameOf)) as string;
  const description = mergeJsonValue(flow, ["description"], mapSides(documents, descriptionOf)) as
    | string
    | null;

  const gone = new Set([
    ...mergeStepRemovals(bases, [here, there], choices, removals),
    ...mergeStepRemovals(bases, [there, here], choices, removals),
  ]);
  const fields = mergeSteps(documents, gone, choices, fieldConflicts);
  const steps = mergeStepLists({ ...documents, fields, choices, conflicts: places });
  const isUnknown = mine.description === undefined && theirs.description === undefined;
  const document: FlowDocument = { name, description: isUnknown ? undefined : description, steps };
  return { document, conflicts: inDocumentOrder(document, [...removals, ...places, ...fieldConflicts]) };
}

const nameOf = ({ name }: FlowDocument) => name;
const descriptionOf = ({ description }: FlowDocument) => description ?? null;

function mapSides<T, U>(
  { bases, mine, theirs }: ThreeWayMergeInput<T>,
  map: (document: T) => U,
): ThreeWayMergeInput<U> {
  return { bases: mapMergeBases(bases, map), mine: map(mine), theirs: map(theirs) };
}

function mergeSteps(
  documents: ThreeWayMergeInput<FlowDocument>,
  gone: ReadonlySet<StepKey>,
  choices: ConflictChoices,
  conflicts: FieldConflict[],
): ReadonlyMap<StepKey, JsonObject> {
  const [mine, theirs] = [getLocationsOfAllSteps(documents.mine), getLocationsOfAllSteps(documents.theirs)];
  const fields = new Map<StepKey, JsonObject>();
  for (const key of [...mine.keys(), ...theirs.keys()]) {
    if (gone.has(key) || fields.has(key)) continue;
    const [here, there] = [mine.get(key)?.node, theirs.get(key)?.node];
    const only = here && there ? undefined : (here ?? there);
    if (only) fields.set(key, only.fields);
    if (!here || !there) continue;
    const bases = mapMergeBases(
      documents.bases,
      (document) => getLocationsOfAllSteps(document).get(key)?.node,
    );
    fields.set(key, mergeStep({ bases, mine: here, theirs: there }, choices, conflicts));
  }
  return fields;
}

function mergeStep(
  { bases, mine, theirs }: ThreeWayMergeInput<StepNode, StepNode | undefined>,
  choices: ConflictChoices,
  conflicts: FieldConflict[],
): JsonObject {
  const { key } = mine;
  const isTheirsSame = mine.fields === theirs.fields || bases.every((base) => theirs.fields === base?.fields);
  const merged = isTheirsSame
    ? getStepFieldsWithoutIdAndOrder(mine)
    : mergeJsonObject({ key, choices, conflicts }, [], {
        bases: mapMergeBases(bases, (base) => (base ? getStepFieldsWithoutIdAndOrder(base) : {})),
        mine: getStepFieldsWithoutIdAndOrder(mine),
        theirs: getStepFieldsWithoutIdAndOrder(theirs),
      });
  const fields = isTheirsSame ? mine.fields : replaceStepContentFields(mine.fields, merged);
  const { id } = theirs.fields;
  return Object.hasOwn(fields, "id") || id === undefined ? fields : copyObjectWithKey(fields, "id", id);
}

function inDocumentOrder(
  document: FlowDocument,
  conflicts: readonly MergeConflict[],
): readonly MergeConflict[] {
  const all = getLocationsOfAllSteps(document);
  const ordinal = ({ key }: MergeConflict) => (key === undefined ? -1 : (all.get(key)?.ordinal ?? all.size));
  return conflicts.toSorted((a, b) => ordinal(a) - ordinal(b));
}
