import type { FlowAnalysisResult } from "#core/dataflow/analyze.ts";
import type { VariableReadCertainty, ResolvedVariableRead } from "#core/dataflow/resolve-reads.ts";
import type { StepKey } from "#core/document/flow-document.ts";

/** `unset`: the step that sets the variable does not run before the step that reads it. */
export interface StepVariableDependency {
  readonly name: string;
  readonly state: Exclude<VariableReadCertainty, "platform">;
  readonly step: StepKey | undefined;
}

export interface StepDependencies {
  readonly reads: readonly StepVariableDependency[];
  readonly readBy: readonly StepVariableDependency[];
}

export function findStepDependencies({ reads, survey }: FlowAnalysisResult, key: StepKey): StepDependencies {
  const sourcesOf = ({ state, sources, reference: { name } }: ResolvedVariableRead) =>
    state === "unset" ? (survey.producers.get(name) ?? []) : sources;

  const own: StepVariableDependency[] = [];
  for (const read of reads.get(key) ?? []) {
    const { name } = read.reference;
    if (read.state === "platform") continue;
    const { state } = read;
    if (state === "input") own.push({ name, state, step: undefined });
    else for (const step of sourcesOf(read)) if (step !== key) own.push({ name, state, step });
  }
  const others: StepVariableDependency[] = [];
  for (const [step, ofStep] of reads) {
    if (step === key) continue;
    for (const read of ofStep) {
      if (read.state === "platform" || read.state === "input" || !sourcesOf(read).includes(key)) continue;
      others.push({ name: read.reference.name, state: read.state, step });
    }
  }
  return { reads: distinct(own), readBy: distinct(others) };
}

function distinct(links: readonly StepVariableDependency[]): readonly StepVariableDependency[] {
  const seen = new Set<string>();
  return links.filter(({ name, step }) => {
    const id = `${step ?? ""}\n${name}`;
    if (seen.has(id)) return false;
    seen.add(id);
    return true;
  });
}
