import { useEffect, useLayoutEffect } from "react";
import { isVariableReadProblem } from "#core/dataflow/problem.ts";
import { useOpenFlowState, useViewOnlyReason } from "#client/document/use-open-flow.tsx";
import { NO_ACTION_TARGET_STEPS, explainMissingScopeOfAction } from "#client/editor/actions/define-action.ts";
import { openPublishDialogAction } from "#client/editor/actions/publish.ts";
import { openOrStartTestRunAction } from "#client/editor/actions/test-run-action.ts";
import { useStepMoveState } from "#client/editor/session/step-move-state.ts";
import { useEditor, useFlowAnalysis, useTestRunState } from "#client/editor/session/editor-provider.tsx";
import { findFallbackFocusElement } from "#client/editor/session/focus.ts";
import { OnboardingCard } from "#client/flow/onboarding/onboarding-card.tsx";
import {
  ONBOARDING_TASKS,
  completeOnboardingTask,
  dismissOnboarding,
  useIsOnboardingShown,
  useOnboardingState,
} from "#client/flow/onboarding/onboarding-state.ts";

/** The flow that was open last on this page. */
let lastFlowId: string | undefined;

/** Tracks the card's tasks also in flows that do not show it, except publishing, which happens on several pages. */
export function OnboardingCardInEditor() {
  const flowId = useOpenFlowState(({ flow }) => flow.id);
  const isViewOnly = useViewOnlyReason() !== undefined;
  // Not for users who may only view flows: they can do none of the tasks that edit.
  const isShown = useIsOnboardingShown(flowId) && !isViewOnly;
  const { shownOn, done } = useOnboardingState();
  const isDone = done.length === ONBOARDING_TASKS.length;
  // A finished card stays in the flow in which its last task was done, and is gone in the next flow.
  useLayoutEffect(() => {
    if (isDone && shownOn !== "no page" && lastFlowId !== flowId) dismissOnboarding();
    lastFlowId = flowId;
  }, [isDone, shownOn, flowId]);
  const isTracked = isShown || (shownOn !== "no page" && !isDone);
  return isTracked && <TrackedFirstSteps isShown={isShown} />;
}

function TrackedFirstSteps({ isShown }: { readonly isShown: boolean }) {
  const editor = useEditor();
  const missing = explainMissingScopeOfAction(editor, openOrStartTestRunAction);
  const isReordered = useOpenFlowState(
    ({ history: { entries, position } }) => entries[position - 1]?.command.type === "moveSteps",
  );
  const isBreakSeen = useStepMoveState((state) => state.type !== "none" && state.impact.type === "breaks");
  const isBroken = useFlowAnalysis(({ analysis }) => analysis?.problems.some(isVariableReadProblem) ?? false);
  const isTestRunDone = useTestRunState(({ run }) => run?.status === "completed" || run?.status === "failed");
  useEffect(() => {
    const options = { isSilent: !isShown };
    if (isReordered) completeOnboardingTask("reorder", options);
    if (isBreakSeen || (isReordered && isBroken)) completeOnboardingTask("impact", options);
    if (isTestRunDone) completeOnboardingTask("testRun", options);
  }, [isReordered, isBreakSeen, isBroken, isTestRunDone, isShown]);
  return (
    isShown && (
      <OnboardingCard
        className="mx-3 mb-3 low:hidden"
        onStart={{
          ...(missing === undefined && {
            testRun: () => openOrStartTestRunAction.run(editor, NO_ACTION_TARGET_STEPS),
          }),
          publish: () => openPublishDialogAction.run(editor, NO_ACTION_TARGET_STEPS),
        }}
        onDismissed={() => findFallbackFocusElement()?.focus()}
      />
    )
  );
}
