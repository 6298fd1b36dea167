import type { FlowDocument, StepKey, StepNode } from "#core/document/flow-document.ts";
import { PLATFORM_VARIABLES } from "#core/references/available-variables.ts";
import type { StepTypeLookup } from "#core/references/reference.ts";
import { readFlowReferences } from "./read-flow.ts";

/** Maps each variable name to the steps that set it, in document order, including disabled steps. */
export interface VariableProducers {
  readonly producers: ReadonlyMap<string, readonly StepKey[]>;
  /** Read like variables that no step sets: such a read returns the result of the step. */
  readonly stepNames: ReadonlySet<string>;
}

const PLATFORM_NAMES: ReadonlySet<string> = new Set(PLATFORM_VARIABLES);

export function isPlatformVariable(name: string): boolean {
  return PLATFORM_NAMES.has(name);
}

export function findVariableProducers(document: FlowDocument, types: StepTypeLookup): VariableProducers {
  const producers = new Map<string, StepKey[]>();
  const steps = readFlowReferences(document, types);
  for (const { node, references } of steps) {
    for (const { name } of references.sets) addToGroup(producers, name, node.key);
  }
  const unset = new Set<string>();
  for (const { references } of steps) {
    for (const { name } of references.reads) if (!producers.has(name)) unset.add(name);
  }
  const stepNames = new Set<string>();
  for (const { node } of unset.size > 0 ? steps : []) {
    const { name } = node.fields;
    if (typeof name !== "string" || !unset.has(name) || isPlatformVariable(name)) continue;
    stepNames.add(name);
    addToGroup(producers, name, node.key);
  }
  return { producers, stepNames };
}

/** Leaves out a value that was the last one added to the group. */
export function addToGroup<Key, Value>(groups: Map<Key, Value[]>, key: Key, value: Value): void {
  const known = groups.get(key);
  if (!known) groups.set(key, [value]);
  else if (known.at(-1) !== value) known.push(value);
}

export function getVariableNameOfStepResult(
  node: StepNode,
  { stepNames }: VariableProducers,
): string | undefined {
  const { name } = node.fields;
  return typeof name === "string" && stepNames.has(name) ? name : undefined;
}
