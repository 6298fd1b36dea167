import { OnboardingCard } from "#client/flow/first-steps/first-steps-card.tsx";
import { useIsOnboardingShown } from "#client/flow/first-steps/first-steps.ts";

type ListFirstStepsProps = { readonly hasFlows: boolean; readonly onDismissed: () => void };

export function OnboardingCardInFlowList({ hasFlows, onDismissed }: ListFirstStepsProps) {
  return (
    useIsOnboardingShown(undefined) && (
      <OnboardingCard
        text={hasFlows ? "Open a flow to begin." : "Create a flow or try a sample to begin."}
        className="mx-3 mt-3 sm:mx-4"
        onDismissed={onDismissed}
      />
    )
  );
}
