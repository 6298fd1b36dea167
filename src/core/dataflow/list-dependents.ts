import type { FlowDocument, StepKey } from "#core/flow-document.ts";
import { readStepReferences } from "#core/references/read-step-references.ts";
import type { Reference, StepTypes } from "#core/references/reference.ts";
import { findStep, locateSteps } from "#core/step-list.ts";
import { planRemoval } from "./edit-readers.ts";
import { type FlowReads, type ResolvedRead, resolveReads } from "./resolve-reads.ts";
import { surveyNames } from "./survey-names.ts";

/** A variable that a step goes without once an edit is made, and what it can do about that. */
export interface Dependent {
  readonly step: StepKey;
  readonly name: string;
  readonly references: readonly Reference[];
  /** What it finds there instead, the likeliest first. */
  readonly others: readonly OtherVariable[];
  /** Whether the references can be taken out of their texts: code means something else without them. */
  readonly isRemovable: boolean;
}

export interface OtherVariable {
  readonly name: string;
  readonly setBy: StepKey;
}

/**
 * The references that find a value before an edit and none after it, because nothing sets it by then or nothing sets it
 * at all; in the order of the page. `before` and `after` are of the same texts.
 */
export function findLosses(before: FlowReads, after: FlowReads): readonly ResolvedRead[] {
  const losses: ResolvedRead[] = [];
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

/** Those who would miss something after the edit that leaves the flow as `after`, each with its ways out. */
export function listDependents(
  before: FlowReads,
  after: FlowDocument,
  types: StepTypes,
): readonly Dependent[] {
  const survey = surveyNames(after, types);
  const losses = findLosses(before, resolveReads(after, { types, survey }));
  if (losses.length === 0) return [];
  const readers = new Set(losses.map(({ step }) => step));
  const known = locateSteps(after);
  const ordinalOf = (key: StepKey | undefined) => (key === undefined ? -1 : (known.get(key)?.ordinal ?? -1));
  // Nearly in the order that each reader has them in, so that a thousand readers sort them in no time.
  const names = [...survey.producers]
    .filter(([name]) => !survey.stepNames.has(name))
    .toSorted(([, a], [, b]) => ordinalOf(b.at(-1)) - ordinalOf(a.at(-1)))
    .map(([name]) => name);
  const visible = new Map<StepKey, readonly OtherVariable[]>();
  resolveReads(after, {
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
  const groups = new Map<string, ResolvedRead[]>();
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
        isRemovable: planRemoval(after, { step, references }, types) !== undefined,
      },
    ];
  });
}

/** What the step that goes away was made from comes first: without a cleaning step, its uncleaned page. Then the nearest. */
function sortByLikelihood(
  variables: readonly OtherVariable[],
  likely: ReadonlySet<string>,
  ordinalOf: (key: StepKey) => number,
): readonly OtherVariable[] {
  const nearest = variables
    .map((variable) => ({ variable, ordinal: ordinalOf(variable.setBy) }))
    .toSorted((a, b) => b.ordinal - a.ordinal)
    .map(({ variable }) => variable);
  return [
    ...nearest.filter(({ name }) => likely.has(name)),
    ...nearest.filter(({ name }) => !likely.has(name)),
  ];
}

/** All places of a step where it reads a variable, as the flow is now. */
export function referencesTo(
  document: FlowDocument,
  step: StepKey,
  name: string,
  types: StepTypes,
): readonly Reference[] {
  const node = findStep(document, step);
  const { reads } = node ? readStepReferences(node, types) : { reads: [] };
  return reads.filter((reference) => reference.name === name && reference.form !== "explicit");
}
