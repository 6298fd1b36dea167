import { BRANCH_NAMES, type FlowDocument, type StepNode } from "./flow-document.ts";

export interface StepAtPath {
  readonly node: StepNode;
  /** The part of the path after the step, such as `config.http.url`; empty if the path ends at the step. */
  readonly field: string;
}

/** For an error path such as `flowSteps.2.config.trueSteps.0.type`; undefined without a step. */
export function findStepAtPath(document: FlowDocument, path: string): StepAtPath | undefined {
  const parts = path.split(".");
  if (parts.shift() !== "flowSteps") return undefined;
  let node = document.steps[Number(parts.shift())];
  while (node) {
    const branch = BRANCH_NAMES.find((name) => parts[0] === "config" && parts[1] === name);
    const inner = branch && node.branches?.[branch]?.[Number(parts[2])];
    if (!inner) return { node, field: parts.join(".") };
    parts.splice(0, 3);
    node = inner;
  }
  return undefined;
}
