import type { FlowDocument, StepKey, StepNode } from "#core/flow-document.ts";
import { readStepReferences } from "#core/references/read-step-references.ts";
import { rememberByTexts } from "#core/references/remember-by-texts.ts";
import type { StepTypes } from "#core/references/reference.ts";
import { locateSteps } from "#core/step-list.ts";
import { stepName, stepType } from "#core/step.ts";
import type { Problem } from "./problem.ts";

/** What is wrong with steps by themselves, whoever reads them, and with the flow as a whole. */
export function findStepProblems(document: FlowDocument, types: StepTypes): readonly Problem[] {
  const problems: Problem[] = [];
  if (document.steps.length === 0) {
    const message = "The flow has no steps, so a run of it does nothing.";
    problems.push({ ...whole(undefined), code: "empty-flow", severity: "info", message });
  }
  const firstWithId = new Map<string, StepNode>();
  for (const { node } of locateSteps(document).values()) {
    const id = node.fields["id"];
    const twin = typeof id === "string" ? firstWithId.get(id) : undefined;
    if (twin) {
      const message = `${stepName(node)} has the same id as ${stepName(twin)}. The flow cannot be saved like this.`;
      problems.push({ ...whole(node.key), code: "duplicate-id", severity: "error", message });
    } else if (typeof id === "string") firstWithId.set(id, node);
    problems.push(...findFaults(node, types), ...findEmptyBranch(node));
  }
  return problems;
}

const checkConfig = rememberByTexts((node, types) =>
  types.checkConfig(stepType(node), node.fields["config"]),
);

function findFaults(node: StepNode, types: StepTypes): readonly Problem[] {
  const name = stepName(node);
  const severity = "error";
  const step = node.key;
  const faults = readStepReferences(node, types).faults.map(({ code, message, at, from }): Problem => ({
    code,
    severity,
    step,
    at,
    from,
    to: from,
    message: `${name}: ${message}`,
  }));
  const misfits = checkConfig(node, types).map(({ message, path }): Problem => ({
    code: "bad-config",
    severity,
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
