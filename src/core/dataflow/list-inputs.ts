import { isPlatformName } from "./survey-names.ts";
import { SYSTEM_VARIABLES } from "#core/references/available-variables.ts";
import { findNearMiss } from "./near-miss.ts";
import type { FlowReads, ResolvedRead } from "./resolve-reads.ts";
import type { NameSurvey } from "./survey-names.ts";

/** A variable that no step sets: the run has to supply it. */
export interface FlowInput {
  readonly name: string;
  readonly reads: readonly ResolvedRead[];
  /** What was probably meant: a name that a step or the platform sets, or an input that is read more often. */
  readonly correction: string | undefined;
}

/** In the order in which a run comes to need them. */
export function listInputs(reads: FlowReads, survey: NameSurvey): readonly FlowInput[] {
  const found = new Map<string, ResolvedRead[]>();
  for (const ofStep of reads.values()) {
    for (const read of ofStep) {
      if (read.state !== "input" || isPlatformName(read.reference.name)) continue;
      const known = found.get(read.reference.name);
      if (known) known.push(read);
      else found.set(read.reference.name, [read]);
    }
  }
  const certain = [...survey.producers.keys(), ...SYSTEM_VARIABLES];
  return [...found].map(([name, ofInput]) => {
    const usual = [...found].filter(([, others]) => others.length > ofInput.length).map(([other]) => other);
    return { name, reads: ofInput, correction: findNearMiss(name, [...certain, ...usual]) };
  });
}
