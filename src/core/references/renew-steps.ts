import { BRANCHES, type FlowDocument, type StepNode, parseFlow } from "#core/flow-document.ts";
import { type JsonObject, setAtPath } from "#core/json.ts";
import { createStep } from "#core/new-step.ts";
import { locateSteps } from "#core/step-list.ts";
import { readStep } from "./read-step.ts";
import { readSetVariables } from "./read-set-variables.ts";
import { readStepReferences } from "./read-step-references.ts";
import type { StepTypes } from "./reference.ts";
import { type NewNames, respellStep } from "./respell-step.ts";

export interface RenewOptions {
  /** Where the steps go: none of its ids and output variables is used again. */
  readonly document: FlowDocument;
  readonly mintId: () => string;
  readonly types: StepTypes;
}

/**
 * Makes steps that were copied fit to stand in a document beside what they were copied from: new ids, and a new name
 * for every variable that is set there already (`page` → `page_2`; one name stays one name). What steps of the block
 * read follows, if a step of the block before them sets it: else it is still the document's variable that they read.
 * Texts that do not parse stay as they are. Loads the parsers: import it lazily.
 */
export function renewSteps(
  steps: readonly JsonObject[],
  { document, mintId, types }: RenewOptions,
): readonly StepNode[] {
  const { steps: nodes } = parseFlow({ name: "", flowSteps: steps });
  const names = findNewNames(nodes, document, types);
  /** In the order in which steps run: `seen` grows with what each of them sets. */
  const renewAll = (list: readonly StepNode[], seen: Map<string, string>): readonly JsonObject[] =>
    list.map((node) => {
      const { edits } = respellStep(node, { read: seen, set: names }, types);
      let fields: JsonObject = { id: "", ...node.fields };
      for (const { at, text } of edits) fields = setAtPath(fields, at, text) as JsonObject;
      // One branch does not see what the other sets; what comes after the conditional may see either.
      const insides = BRANCHES.flatMap((branch) => {
        const steps = node.branches?.[branch] ?? [];
        if (steps.length === 0) return [];
        const inside = new Map(seen);
        fields = setAtPath(fields, ["config", branch], renewAll(steps, inside)) as JsonObject;
        return [...inside];
      });
      for (const [name, renamed] of insides) seen.set(name, renamed);
      for (const { name } of readSetVariables(node, types)) {
        const renamed = names.get(name);
        if (renamed !== undefined) seen.set(name, renamed);
      }
      return { ...fields, id: mintId() };
    });
  return renewAll(nodes, new Map()).map((step) => createStep(step as JsonObject & { readonly id: string }));
}

/** A name of its own for every variable that both the block and the document set; one that nothing there or here uses. */
function findNewNames(nodes: readonly StepNode[], document: FlowDocument, types: StepTypes): NewNames {
  const present = [...locateSteps(document).values()].map(({ node }) => node);
  const isSet = new Set(present.flatMap((node) => readSetVariables(node, types).map(({ name }) => name)));
  const block = [...locateSteps({ ...document, steps: nodes }).values()].map(({ node }) => node);
  const clashing = new Set(
    block
      .flatMap((node) => readSetVariables(node, types).map(({ name }) => name))
      .filter((name) => isSet.has(name)),
  );
  const names = new Map<string, string>();
  if (clashing.size === 0) return names;
  const taken = new Set(
    [...present, ...block].flatMap((node) => {
      const { sets, reads } = readStepReferences(node, types);
      return [...sets, ...reads].map(({ name }) => name);
    }),
  );
  // A local name of the block's code would hide a variable that came to be called the same.
  for (const { text } of block.flatMap((node) => readStep(node, types).texts)) {
    for (const [word] of text.matchAll(/[\p{ID_Continue}$]+/gu)) taken.add(word);
  }
  const next = new Map<string, number>();
  for (const name of clashing) {
    const stem = name.replace(/_\d{1,9}$/, "");
    let number = next.get(stem) ?? 2;
    while (taken.has(`${stem}_${number}`)) number += 1;
    next.set(stem, number + 1);
    names.set(name, `${stem}_${number}`);
  }
  return names;
}
