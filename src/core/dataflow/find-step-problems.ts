import type { FlowDocument, StepKey, StepNode } from "#core/document/flow-document.ts";
import { readStepReferences } from "#core/references/read-step-references.ts";
import { type MemoizedStepFunction, memoizeStepFunction } from "#core/references/memoize-step-function.ts";
import type { StepConfigFault, StepTypeLookup } from "#core/references/reference.ts";
import { quoteName } from "#core/text/quote-name.ts";
import { getLocationsOfAllSteps } from "#core/document/step-list.ts";
import { getStepConfig, getStepName, getStepType } from "#core/document/step.ts";
import { type Problem, buildProblemMessages } from "./problem.ts";
import { readFlowReferences } from "./read-flow.ts";

/** Finds problems of the flow as a whole, and of single steps regardless of what other steps set. */
export function findStepProblems(document: FlowDocument, types: StepTypeLookup): readonly Problem[] {
  const problems: Problem[] = [];
  if (document.steps.length === 0) {
    const message = "The flow has no steps.";
    problems.push({
      ...placeOfWholeStep(undefined),
      code: "empty-flow",
      severity: "info",
      message,
      messageAtStep: message,
    });
  }
  let mayBeDoubled = false;
  for (const { node } of readFlowReferences(document, types)) {
    const { id } = node.fields;
    // Only one of several steps with the same id uses it as its key.
    mayBeDoubled ||= typeof id === "string" && id !== node.key;
    const own = findOwnProblems(node, types);
    // Avoids `push(...own)`, because a hundred thousand arguments overflow the call stack.
    for (const problem of own) problems.push(problem);
  }
  return mayBeDoubled ? [...problems, ...findDoubledIds(document)] : problems;
}

function findDoubledIds(document: FlowDocument): readonly Problem[] {
  const problems: Problem[] = [];
  const firstWithId = new Map<string, StepNode>();
  for (const { node } of getLocationsOfAllSteps(document).values()) {
    const { id } = node.fields;
    if (typeof id !== "string") continue;
    const twin = firstWithId.get(id);
    if (twin) {
      const predicate = `has the same ID as ${quoteName(getStepName(twin))}. The flow can’t be saved.`;
      const messages = buildProblemMessages(quoteName(getStepName(node)), predicate);
      problems.push({ ...placeOfWholeStep(node.key), code: "duplicate-id", severity: "error", ...messages });
    } else firstWithId.set(id, node);
  }
  return problems;
}

const ownProblems = new WeakMap<StepTypeLookup, WeakMap<StepNode, readonly Problem[]>>();

function findOwnProblems(node: StepNode, types: StepTypeLookup): readonly Problem[] {
  let known = ownProblems.get(types);
  if (!known) ownProblems.set(types, (known = new WeakMap()));
  let problems = known.get(node);
  if (!problems) known.set(node, (problems = [...findFaults(node, types), ...findEmptyBranch(node)]));
  return problems;
}

export const findStepConfigFaults: MemoizedStepFunction<readonly StepConfigFault[]> = memoizeStepFunction(
  (node, types) => types.checkConfig(getStepType(node), node.fields["config"]),
);

function findFaults(node: StepNode, types: StepTypeLookup): readonly Problem[] {
  const name = quoteName(getStepName(node));
  const step = node.key;
  const faults = readStepReferences(node, types).faults.map(({ code, message, at, from }): Problem => ({
    code,
    severity: code === "too-slow" || code === "condition-assigns" ? "warning" : "error",
    step,
    at,
    from,
    to: from,
    message: `${name}: ${message}`,
    messageAtStep: message,
  }));
  const misfits = findStepConfigFaults(node, types).map(({ message, path }): Problem => ({
    code: "bad-config",
    severity: "error",
    step,
    at: ["config", ...path],
    from: 0,
    to: 0,
    message: `${name}: ${message}`,
    messageAtStep: message,
  }));
  return [...faults, ...misfits, ...findNotes(node, types)];
}

function findNotes(node: StepNode, types: StepTypeLookup): readonly Problem[] {
  const notes = types.findConfigNotes?.(getStepType(node), getStepConfig(node)) ?? [];
  return notes.map(({ code, path, predicate }) => ({
    ...placeOfWholeStep(node.key),
    code,
    severity: "info",
    at: ["config", ...path],
    ...buildProblemMessages(quoteName(getStepName(node)), predicate),
  }));
}

/** Reports an empty “then” only: a conditional needs no “else”. */
function findEmptyBranch(node: StepNode): readonly Problem[] {
  if (node.branches?.trueSteps?.length !== 0) return [];
  const isAll = node.branches.falseSteps?.length === 0;
  const predicate = isAll ? "has no steps in either branch." : "has no steps in “then”.";
  const messages = buildProblemMessages(quoteName(getStepName(node)), predicate);
  return [{ ...placeOfWholeStep(node.key), code: "empty-branch", severity: "info", ...messages }];
}

function placeOfWholeStep(step: StepKey | undefined) {
  return { step, at: [], from: 0, to: 0 };
}
