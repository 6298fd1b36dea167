import { deviceTagStore } from "#client/data/device/device-tags.ts";
import { OnboardingCard } from "#client/flow/onboarding/onboarding-card.tsx";
import { useIsOnboardingShown } from "#client/flow/onboarding/onboarding-state.ts";
import { PageNotices } from "#client/page/page-notices.tsx";
import { createLazyComponent } from "#client/ui/hooks/create-lazy-component.tsx";
import { FlowListCommands, type FlowListCommandsProps } from "./flow-list-commands.ts";
import { ImportDropTarget } from "./import/import-drop-target.tsx";
import { UnsavedWorkNotice } from "./unsaved-work-notice.tsx";

const DeviceTagsNotice = createLazyComponent(
  async () => (await import("./device-tags-notice.tsx")).DeviceTagsNotice,
  { onFail: () => undefined },
);

type FlowListIdlePartsProps = FlowListCommandsProps & {
  readonly isLoaded: boolean;
  readonly hasFlows: boolean;
};

/** The parts of the list that are loaded after the rows. They are shown below the rows, which therefore stay in place. */
export function FlowListIdleParts({ isLoaded, hasFlows, ...list }: FlowListIdlePartsProps) {
  const { actions } = list;
  return (
    <>
      {isLoaded && (
        <PageNotices>
          <UnsavedWorkNotice onNewFlow={actions.createFlow} isDialogOpen={actions.dialog !== undefined} />
          {Object.keys(deviceTagStore.getState()).length > 0 && <DeviceTagsNotice />}
          <OnboardingCardInFlowList
            hasFlows={hasFlows}
            onDismissed={() => document.querySelector<HTMLElement>("[data-list-head] input")?.focus()}
          />
        </PageNotices>
      )}
      <FlowListCommands {...list} />
      <ImportDropTarget onFiles={actions.importFlows} />
    </>
  );
}

type ListFirstStepsProps = { readonly hasFlows: boolean; readonly onDismissed: () => void };

function OnboardingCardInFlowList({ hasFlows, onDismissed }: ListFirstStepsProps) {
  return (
    useIsOnboardingShown(undefined) && (
      <OnboardingCard
        text={hasFlows ? "Open a flow to begin." : "Create a flow or try a sample to begin."}
        className="mx-gutter mt-3"
        onDismissed={onDismissed}
      />
    )
  );
}
