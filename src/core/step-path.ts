import { BRANCHES, type FlowDocument, type StepNode } from "./flow-document.ts";

export interface StepAtPath {
  readonly node: StepNode;
  /** What is left of the path inside the step, e.g. `config.http.url`; empty for the step itself. */
  readonly field: string;
}

/**
 * The step that a path of an error body names (`flowSteps.2.config.trueSteps.0.type`), in the document that was sent.
 * Undefined for a path that leads to no step.
 */
export function findStepAtPath(document: FlowDocument, path: string): StepAtPath | undefined {
  const parts = path.split(".");
  if (parts.shift() !== "flowSteps") return undefined;
  let node = document.steps[Number(parts.shift())];
  while (node) {
    const branch = BRANCHES.find((name) => parts[0] === "config" && parts[1] === name);
    const inner = branch && node.branches?.[branch]?.[Number(parts[2])];
    if (!inner) return { node, field: parts.join(".") };
    parts.splice(0, 3);
    node = inner;
  }
  return undefined;
}
