import type { StepNode } from "#core/flow-document.ts";
import type { JsonPath } from "#core/json.ts";
import type { TextEdit } from "#core/text-edit.ts";
import { type Respelling, applyRespellings } from "./occurrence.ts";
import { readSetVariables } from "./read-set-variables.ts";
import { readStepReferences } from "./read-step-references.ts";
import { readStep } from "./read-step.ts";
import type { StepTypes } from "./reference.ts";

/** New names by old ones. */
export type NewNames = ReadonlyMap<string, string>;

export interface RespelledStep {
  /** One a text, with all its names replaced at once. */
  readonly edits: readonly TextEdit[];
  /** Where a new name cannot be written, since something there hides it: left as it is. */
  readonly stuck: readonly { readonly at: JsonPath; readonly name: string }[];
}

/** Gives variables new names in one step, without the steps inside it: in what it reads and in what it sets. */
export function respellStep(
  node: StepNode,
  names: { readonly read: NewNames; readonly set: NewNames },
  types: StepTypes,
): RespelledStep {
  const edits: TextEdit[] = [];
  const stuck: { at: JsonPath; name: string }[] = [];
  for (const { name, at } of readSetVariables(node, types)) {
    const text = names.set.get(name);
    if (text !== undefined) edits.push({ key: node.key, at, text });
  }
  // What a step mentions is known without a parser, once it was read anywhere.
  const { reads, mayRead } = readStepReferences(node, types);
  if (!reads.some(({ name }) => names.read.has(name)) && !mayRead.some((name) => names.read.has(name))) {
    return { edits, stuck };
  }
  for (const { at, text, occurrences } of readStep(node, types).texts) {
    const respellings: Respelling[] = [];
    for (const occurrence of occurrences) {
      const name = names.read.get(occurrence.name);
      const respelling = name === undefined ? undefined : occurrence.respell(name);
      if (respelling) respellings.push(respelling);
      else if (name !== undefined) stuck.push({ at, name });
    }
    if (respellings.length > 0) edits.push({ key: node.key, at, text: applyRespellings(text, respellings) });
  }
  return { edits, stuck };
}
