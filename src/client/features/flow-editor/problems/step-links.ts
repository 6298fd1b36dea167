import type { Analysis } from "#core/dataflow/analyse.ts";
import type { ReadState, ResolvedRead } from "#core/dataflow/resolve-reads.ts";
import type { StepKey } from "#core/flow-document.ts";

/** One variable between two steps: `unset` where it should come from there, and does not. */
export interface StepLink {
  readonly name: string;
  readonly state: Exclude<ReadState, "platform">;
  /** The step at the other end; undefined for what the run supplies. */
  readonly step: StepKey | undefined;
}

export interface StepLinks {
  /** What the step reads, from whom, in the order of its texts. */
  readonly reads: readonly StepLink[];
  /** Who reads what it sets, in the order of the page. */
  readonly readBy: readonly StepLink[];
}

/** Everything that ties one step to others. */
export function findStepLinks({ reads, survey }: Analysis, key: StepKey): StepLinks {
  const sourcesOf = ({ state, sources, reference: { name } }: ResolvedRead) =>
    state === "unset" ? (survey.producers.get(name) ?? []) : sources;

  const own: StepLink[] = [];
  for (const read of reads.get(key) ?? []) {
    const { name } = read.reference;
    if (read.state === "platform") continue;
    const { state } = read;
    if (state === "input") own.push({ name, state, step: undefined });
    else for (const step of sourcesOf(read)) if (step !== key) own.push({ name, state, step });
  }
  const others: StepLink[] = [];
  for (const [step, ofStep] of reads) {
    if (step === key) continue;
    for (const read of ofStep) {
      if (read.state === "platform" || read.state === "input" || !sourcesOf(read).includes(key)) continue;
      others.push({ name: read.reference.name, state: read.state, step });
    }
  }
  return { reads: distinct(own), readBy: distinct(others) };
}

function distinct(links: readonly StepLink[]): readonly StepLink[] {
  const seen = new Set<string>();
  return links.filter(({ name, step }) => {
    const id = `${step ?? ""}\n${name}`;
    if (seen.has(id)) return false;
    seen.add(id);
    return true;
  });
}
