import type { FlowDocument, StepKey, StepNode } from "#core/flow-document.ts";
import { readStepReferences } from "#core/references/read-step-references.ts";
import { type RememberedByTexts, rememberByTexts } from "#core/references/remember-by-texts.ts";
import type { ConfigFault, StepTypes } from "#core/references/reference.ts";
import { locateSteps } from "#core/step-list.ts";
import { stepName, stepType } from "#core/step.ts";
import type { Problem } from "./problem.ts";
import { readFlow } from "./read-flow.ts";

/** What is wrong with steps by themselves, whoever reads them, and with the flow as a whole. */
export function findStepProblems(document: FlowDocument, types: StepTypes): readonly Problem[] {
  const problems: Problem[] = [];
  if (document.steps.length === 0) {
    const message = "The flow has no steps, so a run of it does nothing.";
    problems.push({ ...whole(undefined), code: "empty-flow", severity: "info", message });
  }
  let mayBeDoubled = false;
  for (const { node } of readFlow(document, types)) {
    const { id } = node.fields;
    // Of two steps with one id only one can have it for a key.
    mayBeDoubled ||= typeof id === "string" && id !== node.key;
    const own = findOwnProblems(node, types);
    // One by one: as arguments of one call, a hundred thousand faults are more than a call stack holds.
    for (const problem of own) problems.push(problem);
  }
  return mayBeDoubled ? [...problems, ...findDoubledIds(document)] : problems;
}

function findDoubledIds(document: FlowDocument): readonly Problem[] {
  const problems: Problem[] = [];
  const firstWithId = new Map<string, StepNode>();
  for (const { node } of locateSteps(document).values()) {
    const { id } = node.fields;
    if (typeof id !== "string") continue;
    const twin = firstWithId.get(id);
    if (twin) {
      const message = `${stepName(node)} has the same id as ${stepName(twin)}. The flow cannot be saved like this.`;
      problems.push({ ...whole(node.key), code: "duplicate-id", severity: "error", message });
    } else firstWithId.set(id, node);
  }
  return problems;
}

const ownProblems = new WeakMap<StepTypes, WeakMap<StepNode, readonly Problem[]>>();

/** Of a step as it is, whatever stands around it: found once. */
function findOwnProblems(node: StepNode, types: StepTypes): readonly Problem[] {
  let known = ownProblems.get(types);
  if (!known) ownProblems.set(types, (known = new WeakMap()));
  let problems = known.get(node);
  if (!problems) known.set(node, (problems = [...findFaults(node, types), ...findEmptyBranch(node)]));
  return problems;
}

/** What of a step's config does not fit its type. */
export const checkStepConfig: RememberedByTexts<readonly ConfigFault[]> = rememberByTexts((node, types) =>
  types.checkConfig(stepType(node), node.fields["config"]),
);

function findFaults(node: StepNode, types: StepTypes): readonly Problem[] {
  const name = stepName(node);
  const step = node.key;
  const faults = readStepReferences(node, types).faults.map(({ code, message, at, from }): Problem => ({
    code,
    severity: code === "too-slow" ? "warning" : "error",
    step,
    at,
    from,
    to: from,
    message: `${name}: ${message}`,
  }));
  const misfits = checkStepConfig(node, types).map(({ message, path }): Problem => ({
    code: "bad-config",
    severity: "error",
    step,
    at: ["config", ...path],
    from: 0,
    to: 0,
    message: `${name}: ${message}`,
  }));
  return [...faults, ...misfits];
}

/** An empty “else” is how an if without one is written. */
function findEmptyBranch(node: StepNode): readonly Problem[] {
  if (node.branches?.trueSteps?.length !== 0) return [];
  const isAll = node.branches.falseSteps?.length === 0;
  const message = isAll
    ? `${stepName(node)} has no steps in either branch, so it does nothing.`
    : `${stepName(node)} has no steps in “then”.`;
  return [{ ...whole(node.key), code: "empty-branch", severity: "info", message }];
}

function whole(step: StepKey | undefined) {
  return { step, at: [], from: 0, to: 0 };
}
