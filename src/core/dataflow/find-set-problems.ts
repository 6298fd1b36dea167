import { BRANCHES, type FlowDocument, type StepKey, type StepNode } from "#core/flow-document.ts";
import { readStepReferences } from "#core/references/read-step-references.ts";
import { findStep } from "#core/step-list.ts";
import { isEnabled } from "#core/step.ts";
import type { AnalysisContext } from "./analyse.ts";
import { nameStep } from "./explain-read.ts";
import { findWideReads } from "./find-wide-reads.ts";
import type { Problem } from "./problem.ts";
import { readFlow } from "./read-flow.ts";
import { findSwitchedOff, relateSteps } from "./relate-steps.ts";

/** Variables that two steps set, and results that nothing reads. */
export function findSetProblems(context: AnalysisContext): readonly Problem[] {
  const { document, survey } = context;
  const usage = surveyUsage(context);
  const problems: Problem[] = [];
  let wanted: ReadonlySet<StepKey> | undefined;
  const isWanted = (step: StepKey) =>
    (wanted ??= new Set([...lastSteps(document.steps), ...findWideReads(document, context.types)])).has(step);
  for (const [name, producers] of survey.producers) {
    if (survey.stepNames.has(name)) continue;
    const isReadElsewhere = usage.others.has(name);
    for (const [index, step] of producers.entries()) {
      const earlier =
        producers.length > 1 ? findEarlier(document, step, producers.slice(0, index)) : undefined;
      if (earlier !== undefined && (isUsed(usage, step, name) || isUsed(usage, earlier, name))) {
        const message = `${nameStep(document, step)} sets “${name}”, which ${nameStep(document, earlier)} has set before: what comes after reads the newer value.`;
        problems.push({ ...placeOf(context, step, name), code: "shadowed", message, producers: [earlier] });
      }
      if (isReadElsewhere || isUsed(usage, step, name) || usage.byName.has(step) || isWanted(step)) continue;
      if (findSwitchedOff(document, step) !== undefined) continue;
      const message = `Nothing reads “${name}”, which ${nameStep(document, step)} sets.`;
      problems.push({ ...placeOf(context, step, name), code: "never-read", message });
    }
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
  /** For each step, the variable whose value is read from it; few steps set more than one. */
  readonly used: ReadonlyMap<StepKey, string | ReadonlySet<string>>;
  /** Variables with a reader that finds no value, or that is switched off: whoever sets them is wanted. */
  readonly others: ReadonlySet<string>;
  /** Steps that are read by what they are called. */
  readonly byName: ReadonlySet<StepKey>;
}

function isUsed({ used }: Usage, step: StepKey, name: string): boolean {
  const names = used.get(step);
  return names === name || (typeof names === "object" && names.has(name));
}

function surveyUsage({ document, types, reads, survey }: AnalysisContext): Usage {
  const used = new Map<StepKey, string | Set<string>>();
  const addUse = (step: StepKey, name: string) => {
    const names = used.get(step);
    if (names === undefined) used.set(step, name);
    else if (typeof names === "object") names.add(name);
    else if (names !== name) used.set(step, new Set([names, name]));
  };
  const others = new Set<string>();
  const byName = new Set<StepKey>();
  for (const { node, references } of readFlow(document, types)) {
    if (references.reads.length === 0) continue;
    const resolved = reads.get(node.key);
    if (!resolved) {
      for (const { name } of references.reads) others.add(name);
      continue;
    }
    for (const { reference, state, sources: steps } of resolved) {
      const { name } = reference;
      if (state === "unset") others.add(name);
      for (const step of steps) addUse(step, name);
      if (survey.stepNames.has(name)) for (const step of steps) byName.add(step);
    }
  }
  return { used, others, byName };
}

/** The steps that a flow ends with, as it runs now: their results are what a run answers. */
function lastSteps(steps: readonly StepNode[]): readonly StepKey[] {
  const last = steps.findLast(isEnabled);
  if (!last) return [];
  return [last.key, ...BRANCHES.flatMap((branch) => lastSteps(last.branches?.[branch] ?? []))];
}
