import { SYSTEM_VARIABLES } from "#core/references/available-variables.ts";
import { type NameIndex, findNearMiss, indexNames } from "./near-miss.ts";
import type { FlowReads, ResolvedRead } from "./resolve-reads.ts";
import { type NameSurvey, isPlatformName } from "./survey-names.ts";

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
  if (found.size === 0) return [];
  const set = indexSetNames(survey);
  const inputs = indexNames(found.keys());
  const countOf = (name: string) => found.get(name)?.length ?? 0;
  return [...found].map(([name, ofInput]) => {
    const certain = findNearMiss(name, set);
    const usual =
      certain?.distance === 0
        ? undefined
        : findNearMiss(name, inputs, (other) => countOf(other) > ofInput.length);
    const isUsual = usual && usual.distance < (certain?.distance ?? Infinity);
    return { name, reads: ofInput, correction: (isUsual ? usual : certain)?.name };
  });
}

/** Whatever their order: the nearest of them is the same. */
function isSame(names: ReadonlySet<string>, producers: NameSurvey["producers"]): boolean {
  if (names.size !== producers.size) return false;
  for (const name of producers.keys()) if (!names.has(name)) return false;
  return true;
}

let last: { readonly names: ReadonlySet<string>; readonly index: NameIndex } | undefined;

/** Most edits leave the names that steps set as they are. */
function indexSetNames({ producers }: NameSurvey): NameIndex {
  if (last && isSame(last.names, producers)) return last.index;
  const names = new Set(producers.keys());
  last = { names, index: indexNames([...names, ...SYSTEM_VARIABLES]) };
  return last.index;
}
