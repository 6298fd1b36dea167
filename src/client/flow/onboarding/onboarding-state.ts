import { useStore } from "zustand";
import { isSampleFlowId } from "#client/flow/publish-state.ts";
import { parseStoredJson } from "#client/storage/stored-text.ts";
import { createStoredValue } from "#client/storage/stored-value.ts";
import { appendToPendingAnnouncement } from "#client/ui/announce/announce.ts";

export const ONBOARDING_TASKS = ["reorder", "impact", "testRun", "publish"] as const;
export type OnboardingTask = (typeof ONBOARDING_TASKS)[number];

export interface OnboardingState {
  /** The pages that show the card of first steps: initially, only the pages of sample flows. */
  readonly shownOn: "samples" | "all pages" | "no page";
  readonly done: readonly OnboardingTask[];
}

export const onboardingTaskTitles: Readonly<Record<OnboardingTask, string>> = {
  reorder: "Reorder a step",
  impact: "See what a move would break",
  testRun: "Try it",
  publish: "Publish",
};

const onboardingStore = createStoredValue<OnboardingState>({
  keyOf: () => "flowline-first-steps",
  parse: parseOnboardingState,
  format: JSON.stringify,
  isKeptUnstored: true,
});

export const readOnboardingState = onboardingStore.getState;

/** Reads the stored state, which another version of this app or the user may have written. */
export function parseOnboardingState(text: string | null): OnboardingState {
  const stored = parseStoredJson(text) as Partial<Record<keyof OnboardingState, unknown>> | null | undefined;
  const { shownOn, done } = stored ?? {};
  return {
    shownOn: shownOn === "all pages" || shownOn === "no page" ? shownOn : "samples",
    done: Array.isArray(done) ? ONBOARDING_TASKS.filter((step) => done.includes(step)) : [],
  };
}

/** Reads the stored state first: another tab may have completed a task. `isSilent`: no announcement. */
export function completeOnboardingTask(step: OnboardingTask, { isSilent = false } = {}): void {
  const { shownOn, done } = readOnboardingState();
  if (shownOn === "no page" || done.includes(step)) return;
  onboardingStore.set({
    shownOn,
    done: ONBOARDING_TASKS.filter((other) => other === step || done.includes(other)),
  });
  if (!isSilent) appendToPendingAnnouncement(`First step done: ${onboardingTaskTitles[step]}.`);
}

/** If all its steps are done, the user can start over. */
export function showOnboarding(): void {
  const { done } = readOnboardingState();
  onboardingStore.set({ shownOn: "all pages", done: done.length === ONBOARDING_TASKS.length ? [] : done });
}

export function dismissOnboarding(): void {
  onboardingStore.set({ ...readOnboardingState(), shownOn: "no page" });
}

export function useOnboardingState(): OnboardingState {
  return useStore(onboardingStore);
}

/** Whether the page shows the card of first steps; `flowId` is undefined on pages without a flow. */
export function useIsOnboardingShown(flowId: string | undefined): boolean {
  const { shownOn } = useOnboardingState();
  return shownOn === "all pages" || (shownOn === "samples" && flowId !== undefined && isSampleFlowId(flowId));
}
