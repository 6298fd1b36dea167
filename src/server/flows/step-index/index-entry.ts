import { STEP_INDEX_LIMITS, type StepUseKind } from "#contract/step-search.ts";
import { type StepNode, parseFlowDocument } from "#core/document/flow-document.ts";
import { getLocationsOfAllSteps } from "#core/document/step-list.ts";
import { getStepName, getStepType, isStepEnabled } from "#core/document/step.ts";
import type { JsonObject } from "#core/json/json.ts";
import { listModelUses, listRecordTypeUses } from "#core/references/resource-uses.ts";
import { normalizeNameForSearch } from "#server/store/normalize-name-for-search.ts";
import type { StepIndexEntry, StepTerm } from "#server/store/step-index-entry.ts";

/** The variables and secrets that the texts of a step name, without those of its nested steps. */
export interface StepTextNames {
  readonly reads: readonly string[];
  readonly sets: readonly string[];
  readonly secrets: readonly string[];
}

/** `too-slow`: the flow is indexed without names; `later`: the back-fill adds the flow. */
export type PreparedTextNames = readonly StepTextNames[] | "too-slow" | "later";

/** A step in the index. Its keys are short, because the index stores such an object for each step. */
export interface IndexedStep {
  readonly key: string;
  readonly name: string;
  readonly type: string;
  readonly off?: true;
  readonly reads?: readonly string[];
  readonly sets?: readonly string[];
  readonly models?: readonly string[];
  readonly secrets?: readonly string[];
  readonly recordTypes?: readonly string[];
}

/** Builds the entry of a flow in the index. `textNames` is undefined if the texts take too long to parse. */
export function buildStepIndexEntry(
  flowSteps: readonly JsonObject[],
  textNames: readonly StepTextNames[] | undefined,
): StepIndexEntry {
  const document = parseFlowDocument({ name: "", flowSteps });
  const steps = [...getLocationsOfAllSteps(document).values()].map(({ node, ordinal }) =>
    describeStep(node, textNames?.[ordinal]),
  );
  return { steps: JSON.stringify(steps), terms: listTerms(steps), isPartial: textNames === undefined };
}

function describeStep(node: StepNode, textNames: StepTextNames | undefined): IndexedStep {
  const lists = {
    reads: textNames?.reads ?? [],
    sets: textNames?.sets ?? [],
    models: clipNames(listModelUses(node).map(({ name }) => name)),
    secrets: textNames?.secrets ?? [],
    recordTypes: clipNames(listRecordTypeUses(node).map(({ name }) => name)),
  };
  return {
    key: clipIndexedName(node.key),
    name: clipIndexedName(getStepName(node)),
    type: clipIndexedName(getStepType(node)),
    ...(!isStepEnabled(node) && { off: true }),
    ...Object.fromEntries(Object.entries(lists).filter(([, names]) => names.length > 0)),
  };
}

/** Removes duplicate and empty names, and limits their number and length. */
export function clipNames(names: readonly string[]): readonly string[] {
  const clipped = new Set<string>();
  for (const name of names) {
    if (clipped.size >= STEP_INDEX_LIMITS.namesPerStep) break;
    if (name !== "") clipped.add(clipIndexedName(name));
  }
  return [...clipped];
}

/** Cuts a name to the length that the index holds, and replaces characters that a database cannot hold. */
export function clipIndexedName(name: string): string {
  const text =
    name.length > STEP_INDEX_LIMITS.nameCharacters ? name.slice(0, STEP_INDEX_LIMITS.nameCharacters) : name;
  return text.replaceAll(/[\0\p{Surrogate}]/gu, "\u{FFFD}");
}

/** Splits a text into the words that a search finds, normalized like names of flows. Omits single characters. */
export function splitIntoSearchWords(text: string): readonly string[] {
  const words = normalizeNameForSearch(text).match(/[\p{L}\p{N}](?:[\p{L}\p{N}_.$-]*[\p{L}\p{N}])?/gu) ?? [];
  return [...new Set(words)].filter((word) => word.length > 1);
}

/** Lists the names that a step uses, by their kind; omits the step's own name. */
export function listNamesByKind(step: IndexedStep): readonly (readonly [StepUseKind, readonly string[]])[] {
  return [
    ["stepType", [step.type]],
    ["variable", [...(step.sets ?? []), ...(step.reads ?? [])]],
    ["model", step.models ?? []],
    ["secret", step.secrets ?? []],
    ["recordType", step.recordTypes ?? []],
  ];
}

function listTerms(steps: readonly IndexedStep[]): readonly StepTerm[] {
  const terms = new Map<string, StepTerm>();
  const add = (kind: StepTerm["kind"], term: string) => {
    const id = `${kind} ${term}`;
    if (term === "" || terms.has(id) || terms.size >= STEP_INDEX_LIMITS.termsPerFlow) return;
    terms.set(id, { kind, term, key: kind === "word" ? term : normalizeNameForSearch(term) });
  };
  for (const step of steps) {
    for (const [kind, names] of listNamesByKind(step)) for (const name of names) add(kind, name);
    for (const word of splitIntoSearchWords(step.name)) add("word", word);
  }
  return [...terms.values()];
}

/** Compares the terms of the stored steps (JSON text of `IndexedStep[]`) with those of a new entry. */
export function compareStepTerms(storedSteps: string, after: readonly StepTerm[]) {
  const idOf = ({ kind, term }: StepTerm) => `${kind} ${term}`;
  const before = listTerms(JSON.parse(storedSteps) as readonly IndexedStep[]);
  const [old, now] = [before, after].map((terms) => new Set(terms.map(idOf)));
  return {
    added: after.filter((term) => !old?.has(idOf(term))),
    removed: before.filter((term) => !now?.has(idOf(term))),
  };
}
