import { createStore } from "zustand/vanilla";
import type { Flow } from "#contract/flow.ts";

type StepFields = NonNullable<Flow["stepFields"]>;

/** The reports about fields of steps that the user dismissed in this session. */
export const dismissedStepFields = createStore<ReadonlySet<string>>(() => new Set());

const nameProblem = (flowId: string, problem: string) => JSON.stringify([flowId, problem]);

const nameDifference = (flowId: string, { step, path }: StepFields["differences"][number]) =>
  JSON.stringify([flowId, step["id"] ?? step["name"] ?? null, ...path]);

export function findStepFieldsToReport(
  { id, stepFields }: Pick<Flow, "id" | "stepFields">,
  dismissed: ReadonlySet<string>,
): StepFields {
  const { problem, differences = [] } = stepFields ?? {};
  const isShown = problem !== undefined && !dismissed.has(nameProblem(id, problem));
  return {
    ...(isShown && { problem }),
    differences: differences.filter((difference) => !dismissed.has(nameDifference(id, difference))),
  };
}

/** Hides what is reported about the flow, for this session. */
export function dismissStepFields({ id, stepFields }: Pick<Flow, "id" | "stepFields">): void {
  const { problem, differences = [] } = stepFields ?? {};
  const names = differences.map((difference) => nameDifference(id, difference));
  if (problem !== undefined) names.push(nameProblem(id, problem));
  dismissedStepFields.setState(new Set([...dismissedStepFields.getState(), ...names]), true);
}
