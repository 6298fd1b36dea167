import type { FlowDocument, StepKey, StepNode } from "#core/flow-document.ts";
import { SYSTEM_VARIABLES } from "#core/references/available-variables.ts";
import { readStepReferences } from "#core/references/read-step-references.ts";
import type { StepTypes } from "#core/references/reference.ts";
import { locateSteps } from "#core/step-list.ts";

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
  const read = new Set<string>();
  for (const { node } of locateSteps(document).values()) {
    const { sets, reads } = readStepReferences(node, types);
    for (const { name } of sets) addTo(producers, name, node.key);
    for (const { name } of reads) read.add(name);
  }
  const stepNames = new Set<string>();
  for (const { node } of locateSteps(document).values()) {
    const name = node.fields["name"];
    if (typeof name !== "string" || !read.has(name) || isPlatformName(name)) continue;
    if (producers.has(name) && !stepNames.has(name)) continue;
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

/** All names that the step gives a value to when it runs. */
export function namesSetBy(node: StepNode, { stepNames }: NameSurvey, types: StepTypes): readonly string[] {
  const names = readStepReferences(node, types).sets.map(({ name }) => name);
  const own = node.fields["name"];
  return typeof own === "string" && stepNames.has(own) ? [...names, own] : names;
}
