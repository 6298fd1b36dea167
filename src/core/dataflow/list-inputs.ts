import { PLATFORM_VARIABLES } from "#core/references/available-variables.ts";
import {
  type SimilarNameIndex,
  createNameComparisonBudget,
  findSimilarName,
  isSingularOrPluralOf,
  createSimilarNameIndex,
} from "./similar-names.ts";
import type { ResolvedVariableReadsByStep, ResolvedVariableRead } from "./resolve-reads.ts";
import { type VariableProducers, isPlatformVariable } from "./find-variable-producers.ts";

/** A variable that the run must supply, because no step sets it. */
export interface FlowInputVariable {
  readonly name: string;
  readonly reads: readonly ResolvedVariableRead[];
  /** Set if the name is probably misspelled. */
  readonly correction: string | undefined;
}

/** Lists the variables that the run must supply, in the order in which the steps read them. */
export function listFlowInputVariables(
  reads: ResolvedVariableReadsByStep,
  survey: VariableProducers,
): readonly FlowInputVariable[] {
  const found = new Map<string, ResolvedVariableRead[]>();
  for (const ofStep of reads.values()) {
    for (const read of ofStep) {
      if (read.state !== "input" || isPlatformVariable(read.reference.name)) continue;
      const known = found.get(read.reference.name);
      if (known) known.push(read);
      else found.set(read.reference.name, [read]);
    }
  }
  if (found.size === 0) return [];
  const set = indexSetNames(survey);
  const inputs = createSimilarNameIndex(found.keys());
  const budget = createNameComparisonBudget();
  const countOf = (name: string) => found.get(name)?.length ?? 0;
  return [...found].map(([name, ofInput]) => {
    // `message` is a plausible input although the platform sets `messages`.
    const isTypoOf = (other: string) => survey.producers.has(other) || !isSingularOrPluralOf(name, other);
    const similarSetName = findSimilarName(name, set, budget, isTypoOf);
    const similarInput =
      similarSetName?.distance === 0
        ? undefined
        : findSimilarName(
            name,
            inputs,
            budget,
            (other) => countOf(other) > ofInput.length && isTypoOf(other),
          );
    const isInputNearer = similarInput && similarInput.distance < (similarSetName?.distance ?? Infinity);
    return { name, reads: ofInput, correction: (isInputNearer ? similarInput : similarSetName)?.name };
  });
}

function isSame(names: ReadonlySet<string>, producers: VariableProducers["producers"]): boolean {
  if (names.size !== producers.size) return false;
  for (const name of producers.keys()) if (!names.has(name)) return false;
  return true;
}

let cached: { readonly names: ReadonlySet<string>; readonly index: SimilarNameIndex } | undefined;

function indexSetNames({ producers }: VariableProducers): SimilarNameIndex {
  if (cached && isSame(cached.names, producers)) return cached.index;
  const names = new Set(producers.keys());
  cached = { names, index: createSimilarNameIndex([...names, ...PLATFORM_VARIABLES]) };
  return cached.index;
}
