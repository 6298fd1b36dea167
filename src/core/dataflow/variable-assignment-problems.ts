import {
  BRANCH_NAMES,
  type FlowDocument,
  type StepKey,
  type StepNode,
} from "#core/document/flow-document.ts";
import { readStepReferences } from "#core/references/read-step-references.ts";
import { findStep } from "#core/document/step-list.ts";
import { isStepEnabled } from "#core/document/step.ts";
import type { FlowAnalysisWithoutProblems } from "./analyze.ts";
import { getQuotedStepNameByKey } from "./explain-read.ts";
import { findStepsBeforeReader } from "./find-steps-before-reader.ts";
import { type Problem, buildProblemMessages } from "./problem.ts";
import { readFlowReferences } from "./read-flow.ts";
import { findDisabledStepOrAncestor, getRelativeStepPosition } from "./relative-step-position.ts";
import { quoteName } from "#core/text/quote-name.ts";

export function findVariableAssignmentProblems(context: FlowAnalysisWithoutProblems): readonly Problem[] {
  const { document, survey } = context;
  const usage = surveyUsage(context);
  const problems: Problem[] = [];
  let possiblyUsed: ReadonlySet<StepKey> | undefined;
  const mayBeUsed = (step: StepKey) =>
    (possiblyUsed ??= new Set([
      ...lastSteps(document.steps),
      ...findStepsBeforeReader(document, context.types),
    ])).has(step);
  for (const [name, producers] of survey.producers) {
    if (survey.stepNames.has(name)) continue;
    const isReadElsewhere = usage.readElsewhere.has(name);
    for (const [index, step] of producers.entries()) {
      const earlier =
        producers.length > 1 ? findEarlier(document, step, producers.slice(0, index)) : undefined;
      if (earlier !== undefined && (isUsed(usage, step, name) || isUsed(usage, earlier, name))) {
        const predicate = `overwrites ${quoteName(name)}, set by ${getQuotedStepNameByKey(document, earlier)}. Later steps read the new value.`;
        const messages = buildProblemMessages(getQuotedStepNameByKey(document, step), predicate);
        problems.push({
          ...placeOf(context, step, name),
          code: "shadowed",
          ...messages,
          producers: [earlier],
        });
      }
      if (isReadElsewhere || isUsed(usage, step, name) || usage.readByName.has(step) || mayBeUsed(step))
        continue;
      if (findDisabledStepOrAncestor(document, step) !== undefined) continue;
      const predicate = `sets ${quoteName(name)}, which no step uses.`;
      const messages = buildProblemMessages(getQuotedStepNameByKey(document, step), predicate);
      problems.push({ ...placeOf(context, step, name), code: "never-read", ...messages });
    }
  }
  return problems;
}

function placeOf({ document, types }: FlowAnalysisWithoutProblems, step: StepKey, name: string) {
  const node = findStep(document, step);
  const own = node && readStepReferences(node, types).sets.find((set) => set.name === name);
  const { at = [], from = 0, to = 0 } = own ?? {};
  return { severity: "info" as const, step, at, from, to, name };
}

/** Ignores the other branch of a conditional, because only one branch runs. */
function findEarlier(document: FlowDocument, step: StepKey, others: readonly StepKey[]): StepKey | undefined {
  if (findDisabledStepOrAncestor(document, step) !== undefined) return undefined;
  return others.findLast(
    (other) =>
      getRelativeStepPosition(document, step, other)?.type === "before" &&
      findDisabledStepOrAncestor(document, other) === undefined,
  );
}

interface Usage {
  /** A single name is no set, to save memory: most steps set at most one variable. */
  readonly used: ReadonlyMap<StepKey, string | ReadonlySet<string>>;
  /** Variables that disabled steps read, or that other steps read without finding a value. */
  readonly readElsewhere: ReadonlySet<string>;
  readonly readByName: ReadonlySet<StepKey>;
}

function isUsed({ used }: Usage, step: StepKey, name: string): boolean {
  const names = used.get(step);
  return names === name || (typeof names === "object" && names.has(name));
}

function surveyUsage({ document, types, reads, survey }: FlowAnalysisWithoutProblems): Usage {
  const used = new Map<StepKey, string | Set<string>>();
  const addUse = (step: StepKey, name: string) => {
    const names = used.get(step);
    if (names === undefined) used.set(step, name);
    else if (typeof names === "object") names.add(name);
    else if (names !== name) used.set(step, new Set([names, name]));
  };
  const readElsewhere = new Set<string>();
  const readByName = new Set<StepKey>();
  for (const { node, references } of readFlowReferences(document, types)) {
    if (references.reads.length === 0) continue;
    const resolved = reads.get(node.key);
    if (!resolved) {
      for (const { name } of references.reads) readElsewhere.add(name);
      continue;
    }
    // All reads of a name share one list of source steps, which can have thousands of entries.
    const reported = new Set<string>();
    for (const { reference, state, sources: steps } of resolved) {
      const { name } = reference;
      if (reported.has(name)) continue;
      reported.add(name);
      if (state === "unset") readElsewhere.add(name);
      for (const step of steps) addUse(step, name);
      if (survey.stepNames.has(name)) for (const step of steps) readByName.add(step);
    }
  }
  return { used, readElsewhere, readByName };
}

/** Lists the steps that can run last: their results are the run's response. */
function lastSteps(steps: readonly StepNode[]): readonly StepKey[] {
  const last = steps.findLast(isStepEnabled);
  if (!last) return [];
  return [last.key, ...BRANCH_NAMES.flatMap((branch) => lastSteps(last.branches?.[branch] ?? []))];
}
