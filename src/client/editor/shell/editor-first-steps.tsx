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
import {
  ONBOARDING_TASKS,
  completeOnboardingTask,
  useIsOnboardingShown,
  useOnboardingState,
} from "#client/flow/first-steps/first-steps.ts";

/**
 * The card of first steps below the step list. Tracks all tasks except publishing, which is tracked where the user
 * publishes because it is possible on several pages. Tasks count in flows that do not show the card, too.
 */
export function OnboardingCardInEditor() {
  const flowId = useOpenFlowState(({ flow }) => flow.id);
  const isShown = useIsOnboardingShown(flowId);
  const { shownOn, done } = useOnboardingState();
  const isTracked = isShown || (shownOn !== "no page" && done.length < ONBOARDING_TASKS.length);
  return isTracked && <TrackedFirstSteps isShown={isShown} />;
}

function TrackedFirstSteps({ isShown }: { readonly isShown: boolean }) {
  const editor = useEditor();
  const isReordered = useOpenFlowState(
    ({ history: { entries, position } }) => entries[position - 1]?.command.type === "moveSteps",
  );
  const isBreakShown = useStepMoveState((state) => state.type !== "none" && state.impact.type === "breaks");
  const isBroken = useFlowAnalysis(({ analysis }) => analysis?.problems.some(isVariableReadProblem) ?? false);
  const isTried = useTestRunState(({ run }) => run?.status === "completed" || run?.status === "failed");
  useEffect(() => {
    const options = { isSilent: !isShown };
    if (isReordered) completeOnboardingTask("reorder", options);
    if (isBreakShown || (isReordered && isBroken)) completeOnboardingTask("impact", options);
    if (isTried) completeOnboardingTask("testRun", options);
  }, [isReordered, isBreakShown, isBroken, isTried, isShown]);
  return (
    isShown && (
      <OnboardingCard
        className="mx-3 mb-3"
        onStart={{
          testRun: () => openOrStartTestRunAction.run(editor, NO_ACTION_TARGET_STEPS),
          publish: () => openPublishDialogAction.run(editor, NO_ACTION_TARGET_STEPS),
        }}
        onDismissed={() => findFallbackFocusElement()?.focus()}
      />
    )
  );
}
