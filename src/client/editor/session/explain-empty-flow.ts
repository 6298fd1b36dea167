import type { OpenFlowState } from "#client/document/open-flow-state.ts";
import { NO_STEPS_REASON } from "#client/flow/publish-state.ts";

/** Returns why the flow can't be published or run if it has no steps. */
export function explainEmptyFlow({ history }: OpenFlowState): string | undefined {
  return history.document.steps.length === 0 ? NO_STEPS_REASON : undefined;
}
