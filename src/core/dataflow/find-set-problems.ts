import { BRANCHES, type FlowDocument, type StepKey, type StepNode } from "#core/flow-document.ts";
import { readStepReferences } from "#core/references/read-step-references.ts";
import { findStep, locateSteps } from "#core/step-list.ts";
import type { AnalysisContext } from "./analyse.ts";
import { nameStep } from "./explain-read.ts";
import type { Problem } from "./problem.ts";
import { findSwitchedOff, relateSteps } from "./relate-steps.ts";

/** Variables that two steps set, and results that nothing reads. */
export function findSetProblems(context: AnalysisContext): readonly Problem[] {
  const { document, survey } = context;
  const usage = surveyUsage(context);
  const ends = new Set(lastSteps(document.steps));
  const problems: Problem[] = [];
  for (const [name, producers] of survey.producers) {
    if (survey.stepNames.has(name)) continue;
    const usedFrom = usage.sources.get(name);
    const isReadElsewhere = usage.others.has(name);
    producers.forEach((step, index) => {
      const earlier =
        producers.length > 1 ? findEarlier(document, step, producers.slice(0, index)) : undefined;
      if (earlier !== undefined && (usedFrom?.has(step) || usedFrom?.has(earlier))) {
        const message = `${nameStep(document, step)} sets “${name}”, which ${nameStep(document, earlier)} has set before: what comes after reads the newer value.`;
        problems.push({ ...placeOf(context, step, name), code: "shadowed", message, producers: [earlier] });
      }
      const isUnread = !usedFrom?.has(step) && !isReadElsewhere && !usage.byName.has(step) && !ends.has(step);
      if (isUnread && findSwitchedOff(document, step) === undefined) {
        const message = `Nothing reads “${name}”, which ${nameStep(document, step)} sets.`;
        problems.push({ ...placeOf(context, step, name), code: "never-read", message });
      }
    });
  }
  return problems;
}

function placeOf({ document, types }: AnalysisContext, step: StepKey, name: string) {
  const node = findStep(document, step);
  const own = node && readStepReferences(node, types).sets.find((set) => set.name === name);
  const { at = [], from = 0, to = 0 } = own ?? {};
  return { severity: "info" as const, step, at, from, to, name };
}

/** The nearest step before that sets the variable too and runs; steps of the other branch do not meet. */
function findEarlier(document: FlowDocument, step: StepKey, others: readonly StepKey[]): StepKey | undefined {
  if (findSwitchedOff(document, step) !== undefined) return undefined;
  return others.findLast(
    (other) =>
      relateSteps(document, step, other)?.type === "before" && findSwitchedOff(document, other) === undefined,
  );
}

interface Usage {
  /** For each variable, the steps whose value is read. */
  readonly sources: ReadonlyMap<string, ReadonlySet<StepKey>>;
  /** Variables with a reader that finds no value, or that is switched off: whoever sets them is wanted. */
  readonly others: ReadonlySet<string>;
  /** Steps that are read by what they are called. */
  readonly byName: ReadonlySet<StepKey>;
}

function surveyUsage({ document, types, reads, survey }: AnalysisContext): Usage {
  const sources = new Map<string, Set<StepKey>>();
  const others = new Set<string>();
  const byName = new Set<StepKey>();
  for (const { node } of locateSteps(document).values()) {
    const resolved = reads.get(node.key);
    if (!resolved) {
      for (const { name } of readStepReferences(node, types).reads) others.add(name);
      continue;
    }
    for (const { reference, state, sources: steps } of resolved) {
      const { name } = reference;
      if (state === "unset") others.add(name);
      let known = sources.get(name);
      if (!known) sources.set(name, (known = new Set()));
      for (const step of steps) known.add(step);
      if (survey.stepNames.has(name)) for (const step of steps) byName.add(step);
    }
  }
  return { sources, others, byName };
}

/** The steps that a flow ends with: their results are what a run answers. */
function lastSteps(steps: readonly StepNode[]): readonly StepKey[] {
  const last = steps.at(-1);
  if (!last) return [];
  return [last.key, ...BRANCHES.flatMap((branch) => lastSteps(last.branches?.[branch] ?? []))];
}
