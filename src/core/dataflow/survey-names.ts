import type { FlowDocument, StepKey, StepNode } from "#core/flow-document.ts";
import { SYSTEM_VARIABLES } from "#core/references/available-variables.ts";
import type { StepTypes } from "#core/references/reference.ts";
import { readFlow } from "./read-flow.ts";

/** Which steps give which name its value, wherever they stand and whether or not they run. */
export interface NameSurvey {
  /** In the order of the page. */
  readonly producers: ReadonlyMap<string, readonly StepKey[]>;
  /** Names that no step sets and some step is called, by which its result is read (flow-model: the trailing fallback). */
  readonly stepNames: ReadonlySet<string>;
}

const PLATFORM_NAMES: ReadonlySet<string> = new Set(SYSTEM_VARIABLES);

/** Has a value in every run, without any step. */
export function isPlatformName(name: string): boolean {
  return PLATFORM_NAMES.has(name);
}

export function surveyNames(document: FlowDocument, types: StepTypes): NameSurvey {
  const producers = new Map<string, StepKey[]>();
  const steps = readFlow(document, types);
  for (const { node, references } of steps) {
    for (const { name } of references.sets) addTo(producers, name, node.key);
  }
  const unset = new Set<string>();
  for (const { references } of steps) {
    for (const { name } of references.reads) if (!producers.has(name)) unset.add(name);
  }
  const stepNames = new Set<string>();
  for (const { node } of unset.size > 0 ? steps : []) {
    const { name } = node.fields;
    if (typeof name !== "string" || !unset.has(name) || isPlatformName(name)) continue;
    stepNames.add(name);
    addTo(producers, name, node.key);
  }
  return { producers, stepNames };
}

function addTo(producers: Map<string, StepKey[]>, name: string, key: StepKey): void {
  const known = producers.get(name);
  if (!known) producers.set(name, [key]);
  else if (known.at(-1) !== key) known.push(key);
}

/** What the step is called, where that stands for its result. */
export function nameAsResult(node: StepNode, { stepNames }: NameSurvey): string | undefined {
  const { name } = node.fields;
  return typeof name === "string" && stepNames.has(name) ? name : undefined;
}
