import type { StepNode } from "#core/document/flow-document.ts";
import type { JsonPath } from "#core/json/json.ts";
import type { StepTextReplacement } from "#core/search/step-text-replacements.ts";
import { type TextReplacement, applyTextReplacements } from "./occurrence.ts";
import { listVariablesSetByStep } from "./variables-set-by-step.ts";
import { readStepReferences } from "./read-step-references.ts";
import { readStepTexts } from "./read-step.ts";
import type { StepTypeLookup } from "./reference.ts";

export type NewNamesByVariable = ReadonlyMap<string, string>;

export interface StepVariableRename {
  readonly edits: readonly StepTextReplacement[];
  /** Occurrences that were not renamed, because a local name hides the new name. */
  readonly stuck: readonly { readonly at: JsonPath; readonly name: string }[];
}

/** Renames the variables that a step sets or reads; ignores nested steps. */
export function renameVariablesInStep(
  node: StepNode,
  names: { readonly read: NewNamesByVariable; readonly set: NewNamesByVariable },
  types: StepTypeLookup,
): StepVariableRename {
  const edits: StepTextReplacement[] = [];
  const stuck: { at: JsonPath; name: string }[] = [];
  for (const { name, at } of listVariablesSetByStep(node, types)) {
    const text = names.set.get(name);
    if (text !== undefined) edits.push({ key: node.key, at, text });
  }
  // The cached references contain all names of the step, so that most steps need no parser.
  const { reads, mayRead } = readStepReferences(node, types);
  if (!reads.some(({ name }) => names.read.has(name)) && !mayRead.some((name) => names.read.has(name))) {
    return { edits, stuck };
  }
  for (const { at, text, occurrences } of readStepTexts(node, types).texts) {
    const respellings: TextReplacement[] = [];
    for (const occurrence of occurrences) {
      const name = names.read.get(occurrence.name);
      const respelling = name === undefined ? undefined : occurrence.respell(name);
      if (respelling) respellings.push(respelling);
      else if (name !== undefined) stuck.push({ at, name });
    }
    if (respellings.length > 0)
      edits.push({ key: node.key, at, text: applyTextReplacements(text, respellings) });
  }
  return { edits, stuck };
}
