import type { FlowDocument, StepKey } from "#core/document/flow-document.ts";
import { readStepReferences } from "#core/references/read-step-references.ts";
import type { StepVariableReference, StepTypeLookup } from "#core/references/reference.ts";
import { findStep, getLocationsOfAllSteps } from "#core/document/step-list.ts";
import { planReferenceRemovalEdits } from "./plan-reference-edits.ts";
import {
  type ResolvedVariableReadsByStep,
  type ResolvedVariableRead,
  resolveVariableReads,
} from "./resolve-reads.ts";
import { findVariableProducers } from "./find-variable-producers.ts";

export interface LostVariableReader {
  readonly step: StepKey;
  readonly name: string;
  readonly references: readonly StepVariableReference[];
  readonly others: readonly ReplacementVariable[];
  /** False if a reference is part of code, which removing a name would change. */
  readonly isRemovable: boolean;
}

export interface ReplacementVariable {
  readonly name: string;
  readonly setBy: StepKey;
}

/** Matches references by index, so the texts of both flows must be equal. */
export function findLostVariableReads(
  before: ResolvedVariableReadsByStep,
  after: ResolvedVariableReadsByStep,
): readonly ResolvedVariableRead[] {
  const losses: ResolvedVariableRead[] = [];
  for (const [key, reads] of after) {
    const known = before.get(key);
    reads.forEach(({ state, reference }, index) => {
      const was = known?.[index];
      const isGone = state === "unset" || state === "input";
      const wasThere = was?.state === "surely" || was?.state === "maybe";
      if (isGone && wasThere && reference.form !== "explicit") losses.push(was);
    });
  }
  return losses;
}

export function listLostVariableReaders(
  before: ResolvedVariableReadsByStep,
  after: FlowDocument,
  types: StepTypeLookup,
): readonly LostVariableReader[] {
  const survey = findVariableProducers(after, types);
  const losses = findLostVariableReads(before, resolveVariableReads(after, { types, survey }));
  if (losses.length === 0) return [];
  const readers = new Set(losses.map(({ step }) => step));
  const known = getLocationsOfAllSteps(after);
  const ordinalOf = (key: StepKey | undefined) => (key === undefined ? -1 : (known.get(key)?.ordinal ?? -1));
  // Sorted once by the last setter: nearly sorted lists sort fast even for a thousand readers.
  const names = [...survey.producers]
    .filter(([name]) => !survey.stepNames.has(name))
    .toSorted(([, a], [, b]) => ordinalOf(b.at(-1)) - ordinalOf(a.at(-1)))
    .map(([name]) => name);
  const visible = new Map<StepKey, readonly ReplacementVariable[]>();
  resolveVariableReads(after, {
    types,
    survey,
    visit: (step, find) => {
      if (!readers.has(step)) return;
      visible.set(
        step,
        names.flatMap((name) =>
          find(name)
            .steps.slice(0, 1)
            .map((setBy) => ({ name, setBy })),
        ),
      );
    },
  });
  const groups = new Map<string, ResolvedVariableRead[]>();
  for (const loss of losses) {
    const id = `${loss.step}\n${loss.reference.name}`;
    const group = groups.get(id);
    if (group) group.push(loss);
    else groups.set(id, [loss]);
  }
  return [...groups.values()].flatMap((ofReader) => {
    const [first] = ofReader;
    if (!first) return [];
    const { step, sources } = first;
    const references = ofReader.map(({ reference }) => reference);
    const fromSources = new Set(
      sources.flatMap((source) => before.get(source) ?? []).map(({ reference }) => reference.name),
    );
    return [
      {
        step,
        name: first.reference.name,
        references,
        others: sortByLikelihood(visible.get(step) ?? [], fromSources, ordinalOf),
        isRemovable: planReferenceRemovalEdits(after, { step, references }, types) !== undefined,
      },
    ];
  });
}

/** First what the removed step read, from which the value was derived; then the nearest. */
function sortByLikelihood(
  variables: readonly ReplacementVariable[],
  likely: ReadonlySet<string>,
  ordinalOf: (key: StepKey) => number,
): readonly ReplacementVariable[] {
  const nearest = variables
    .map((variable) => ({ variable, ordinal: ordinalOf(variable.setBy) }))
    .toSorted((a, b) => b.ordinal - a.ordinal)
    .map(({ variable }) => variable);
  return [
    ...nearest.filter(({ name }) => likely.has(name)),
    ...nearest.filter(({ name }) => !likely.has(name)),
  ];
}

export function listReferencesToVariable(
  document: FlowDocument,
  step: StepKey,
  name: string,
  types: StepTypeLookup,
): readonly StepVariableReference[] {
  const node = findStep(document, step);
  const { reads } = node ? readStepReferences(node, types) : { reads: [] };
  return reads.filter((reference) => reference.name === name && reference.form !== "explicit");
}
