import {
  BRANCH_NAMES,
  type FlowDocument,
  type StepNode,
  parseFlowDocument,
  createStepNodeFromJson,
} from "#core/document/flow-document.ts";
import { type JsonObject, setJsonAtPath } from "#core/json/json.ts";
import { getLocationsOfAllSteps } from "#core/document/step-list.ts";
import { readStepTexts } from "./read-step.ts";
import { listVariablesSetByStep } from "./variables-set-by-step.ts";
import { readStepReferences } from "./read-step-references.ts";
import type { StepTypeLookup } from "./reference.ts";
import { type NewNamesByVariable, renameVariablesInStep } from "./rename-step-variables.ts";

export interface CopiedStepsOptions {
  readonly document: FlowDocument;
  readonly mintId: () => string;
  readonly types: StepTypeLookup;
}

/** Renames a variable that the target flow also sets (`page` → `page_2`). Loads the parsers: import lazily. */
export function makeCopiedStepsUnique(
  steps: readonly JsonObject[],
  { document, mintId, types }: CopiedStepsOptions,
): readonly StepNode[] {
  const { steps: nodes } = parseFlowDocument({ name: "", flowSteps: steps });
  const names = findNewNames(nodes, document, types);
  const renewAll = (list: readonly StepNode[], seen: Map<string, string>): readonly JsonObject[] =>
    list.map((node) => {
      const { edits } = renameVariablesInStep(node, { read: seen, set: names }, types);
      let fields: JsonObject = { id: "", ...node.fields };
      for (const { at, text } of edits) fields = setJsonAtPath(fields, at, text) as JsonObject;
      const insides = BRANCH_NAMES.flatMap((branch) => {
        const steps = node.branches?.[branch] ?? [];
        if (steps.length === 0) return [];
        const inside = new Map(seen);
        fields = setJsonAtPath(fields, ["config", branch], renewAll(steps, inside)) as JsonObject;
        return [...inside];
      });
      for (const [name, renamed] of insides) seen.set(name, renamed);
      for (const { name } of listVariablesSetByStep(node, types)) {
        const renamed = names.get(name);
        if (renamed !== undefined) seen.set(name, renamed);
      }
      return { ...fields, id: mintId() };
    });
  return renewAll(nodes, new Map()).map((step) =>
    createStepNodeFromJson(step as JsonObject & { readonly id: string }),
  );
}

function findNewNames(
  nodes: readonly StepNode[],
  document: FlowDocument,
  types: StepTypeLookup,
): NewNamesByVariable {
  const present = [...getLocationsOfAllSteps(document).values()].map(({ node }) => node);
  const isSet = new Set(
    present.flatMap((node) => listVariablesSetByStep(node, types).map(({ name }) => name)),
  );
  const block = [...getLocationsOfAllSteps({ ...document, steps: nodes }).values()].map(({ node }) => node);
  const conflicting = new Set(
    block
      .flatMap((node) => listVariablesSetByStep(node, types).map(({ name }) => name))
      .filter((name) => isSet.has(name)),
  );
  const names = new Map<string, string>();
  if (conflicting.size === 0) return names;
  const taken = new Set(
    [...present, ...block].flatMap((node) => {
      const { sets, reads } = readStepReferences(node, types);
      return [...sets, ...reads].map(({ name }) => name);
    }),
  );
  // A word of the copied code may be a local variable that would hide the renamed variable.
  for (const { text } of block.flatMap((node) => readStepTexts(node, types).texts)) {
    for (const [word] of text.matchAll(/[\p{ID_Continue}$]+/gu)) taken.add(word);
  }
  const next = new Map<string, number>();
  for (const name of conflicting) {
    const stem = name.replace(/_\d{1,9}$/, "");
    let number = next.get(stem) ?? 2;
    while (taken.has(`${stem}_${number}`)) number += 1;
    next.set(stem, number + 1);
    names.set(name, `${stem}_${number}`);
  }
  return names;
}
