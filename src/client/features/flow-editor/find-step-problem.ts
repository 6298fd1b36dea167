import type { StepKey } from "#core/flow-document.ts";
import { keysWithin, findStep } from "#core/step-list.ts";
import type { OpenFlowState } from "#client/document/open-flow.ts";

/** Why this step, or one inside it, keeps the flow from being saved; undefined when it does not. */
export function findStepProblem(state: OpenFlowState, key: StepKey): string | undefined {
  const broken = state.brokenTexts.get(key);
  if (broken) return `its JSON does not parse: ${broken.message}`;
  const { progress, history } = state;
  if (progress.type !== "failed" || progress.failure.type !== "refused") return undefined;
  const { problems } = progress.failure;
  if (problems.length === 0) return undefined;
  const node = findStep(history.document, key);
  const inside = node ? keysWithin(node) : [key];
  return problems.find((problem) => problem.key !== undefined && inside.includes(problem.key))?.message;
}
