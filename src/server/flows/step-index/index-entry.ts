import { STEP_INDEX_LIMITS, type StepUseKind } from "#contract/step-search.ts";
import { type StepNode, parseFlowDocument } from "#core/document/flow-document.ts";
import { getLocationsOfAllSteps } from "#core/document/step-list.ts";
import { getStepName, getStepType, isStepEnabled } from "#core/document/step.ts";
import type { JsonObject } from "#core/json/json.ts";
import { listModelUses, listRecordTypeUses } from "#core/references/resource-uses.ts";
import { normalizeNameForSearch } from "#server/store/normalize-name-for-search.ts";
import { type StepIndexEntry, type StepTerm, getTermId } from "#server/store/step-index-entry.ts";

/** The variables and secrets that the texts of a step name, without those of its nested steps. */
export interface StepTextNames {
  readonly reads: readonly string[];
  readonly sets: readonly string[];
  readonly secrets: readonly string[];
}

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

/** What the index holds of a step, whatever its key. `members` is the end of the JSON text of its `IndexedStep`. */
export interface StepContent {
  readonly members: string;
  readonly terms: readonly StepTerm[];
}

/** Of each step in document order. `too-slow`: the flow is indexed without names; `later`: the back-fill adds the flow. */
export type PreparedStepContents = readonly StepContent[] | "too-slow" | "later";

/** The index of a flow. `steps` are JSON texts. */
export interface FlowIndex {
  readonly steps: readonly string[];
  readonly contents: readonly StepContent[];
  readonly isPartial: boolean;
}

/** Builds the index of a flow. `contents` is undefined if the texts take too long to parse. */
export function buildFlowIndex(
  flowSteps: readonly JsonObject[],
  contents: readonly StepContent[] | undefined,
): FlowIndex {
  const nodes = listStepNodes(flowSteps);
  const known = contents ?? nodes.map((node) => describeContent(node, undefined));
  const steps = known.map(({ members }, at) => {
    const key = clipIndexedName(nodes[at]?.key ?? "");
    return `{"key":${JSON.stringify(key)},${members}`;
  });
  return { steps, contents: known, isPartial: contents === undefined };
}

export function toStepIndexEntry({ steps, contents, isPartial }: FlowIndex): StepIndexEntry {
  return { steps: `[${steps.join(",")}]`, terms: listDistinctTerms(contents), isPartial };
}

/** All steps of a flow in document order. */
export function listStepNodes(flowSteps: readonly JsonObject[]): readonly StepNode[] {
  const document = parseFlowDocument({ name: "", flowSteps });
  return [...getLocationsOfAllSteps(document).values()].map(({ node }) => node);
}

export function describeContent(node: StepNode, textNames: StepTextNames | undefined): StepContent {
  const lists = {
    reads: textNames?.reads ?? [],
    sets: textNames?.sets ?? [],
    models: clipNames(listModelUses(node).map(({ name }) => name)),
    secrets: textNames?.secrets ?? [],
    recordTypes: clipNames(listRecordTypeUses(node).map(({ name }) => name)),
  };
  const step = {
    name: clipIndexedName(getStepName(node)),
    type: clipIndexedName(getStepType(node)),
    ...(!isStepEnabled(node) && { off: true as const }),
    ...Object.fromEntries(Object.entries(lists).filter(([, names]) => names.length > 0)),
  };
  return { members: JSON.stringify(step).slice(1), terms: listTerms(step) };
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
export function listNamesByKind(
  step: Omit<IndexedStep, "key">,
): readonly (readonly [StepUseKind, readonly string[]])[] {
  return [
    ["stepType", [step.type]],
    ["variable", [...(step.sets ?? []), ...(step.reads ?? [])]],
    ["model", step.models ?? []],
    ["secret", step.secrets ?? []],
    ["recordType", step.recordTypes ?? []],
  ];
}

export function listTerms(step: Omit<IndexedStep, "key">): readonly StepTerm[] {
  const terms: StepTerm[] = [];
  for (const [kind, names] of listNamesByKind(step)) {
    for (const term of names) if (term !== "") terms.push({ kind, term, key: normalizeNameForSearch(term) });
  }
  for (const term of splitIntoSearchWords(step.name)) terms.push({ kind: "word", term, key: term });
  return listDistinctTerms([{ terms }]);
}

/** Up to the limit of a flow. */
export function listDistinctTerms(contents: readonly Pick<StepContent, "terms">[]): readonly StepTerm[] {
  const distinct = new Map<string, StepTerm>();
  for (const { terms } of contents) {
    for (const term of terms) {
      if (distinct.size >= STEP_INDEX_LIMITS.termsPerFlow) break;
      const id = getTermId(term);
      if (!distinct.has(id)) distinct.set(id, term);
    }
  }
  return [...distinct.values()];
}
