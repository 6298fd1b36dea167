import { useEffect } from "react";
import { isVariableReadProblem } from "#core/dataflow/problem.ts";
import { useOpenFlowState } from "#client/document/use-open-flow.tsx";
import { NO_ACTION_TARGET_STEPS } from "#client/editor/actions/define-action.ts";
import { openPublishDialogAction } from "#client/editor/actions/publish.ts";
import { openOrStartTestRunAction } from "#client/editor/actions/try-it.ts";
import { useStepMoveState } from "#client/editor/session/drag-state.ts";
import { useEditor, useFlowAnalysis, useTestRunState } from "#client/editor/session/editor-context.tsx";
import { findFallbackFocusElement } from "#client/editor/session/focus.ts";
import { OnboardingCard } from "#client/flow/first-steps/first-steps-card.tsx";
import { completeOnboardingTask, useIsOnboardingShown } from "#client/flow/first-steps/first-steps.ts";

/**
 * The card of first steps below the step list. Tracks all tasks except publishing, which is tracked where the user
 * publishes because it is possible on several pages.
 */
export function OnboardingCardInEditor() {
  const flowId = useOpenFlowState(({ flow }) => flow.id);
  return useIsOnboardingShown(flowId) && <TrackedFirstSteps />;
}

function TrackedFirstSteps() {
  const editor = useEditor();
  const isReordered = useOpenFlowState(
    ({ history: { entries, position } }) => entries[position - 1]?.command.type === "moveSteps",
  );
  const isBreakShown = useStepMoveState((state) => state.type !== "none" && state.impact.type === "breaks");
  const isBroken = useFlowAnalysis(({ analysis }) => analysis?.problems.some(isVariableReadProblem) ?? false);
  const isTried = useTestRunState(({ run }) => run?.status === "completed" || run?.status === "failed");
  useEffect(() => {
    if (isReordered) completeOnboardingTask("reorder");
    if (isBreakShown || (isReordered && isBroken)) completeOnboardingTask("impact");
    if (isTried) completeOnboardingTask("testRun");
  }, [isReordered, isBreakShown, isBroken, isTried]);
  return (
    <OnboardingCard
      className="mx-3 mb-3"
      onStart={{
        testRun: () => openOrStartTestRunAction.run(editor, NO_ACTION_TARGET_STEPS),
        publish: () => openPublishDialogAction.run(editor, NO_ACTION_TARGET_STEPS),
      }}
      onDismissed={() => findFallbackFocusElement()?.focus()}
    />
  );
}
