import { useSyncExternalStore } from "react";
import { isSampleFlowId } from "#client/flow/publish-state.ts";
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

const STORAGE_KEY = "flowline-first-steps";
const INITIAL: OnboardingState = { shownOn: "samples", done: [] };

/** The stored text while local storage is unavailable; lasts until the page is closed. */
let unstored: string | null = null;
let cached: { readonly text: string | null; readonly state: OnboardingState } = {
  text: null,
  state: INITIAL,
};

export function readOnboardingState(): OnboardingState {
  const text = readStored();
  if (text !== cached.text) cached = { text, state: parseOnboardingState(text) };
  return cached.state;
}

function readStored(): string | null {
  if (unstored !== null) return unstored;
  try {
    return localStorage.getItem(STORAGE_KEY);
  } catch {
    return null;
  }
}

/** Reads the stored state, which another version of this app or the user may have written. */
export function parseOnboardingState(text: string | null): OnboardingState {
  try {
    const stored = JSON.parse(text ?? "null") as Partial<Record<keyof OnboardingState, unknown>> | null;
    const { shownOn, done } = stored ?? {};
    return {
      shownOn: shownOn === "all pages" || shownOn === "no page" ? shownOn : "samples",
      done: Array.isArray(done) ? ONBOARDING_TASKS.filter((step) => done.includes(step)) : [],
    };
  } catch {
    return INITIAL;
  }
}

function writeFirstSteps(state: OnboardingState): void {
  const text = JSON.stringify(state);
  unstored = null;
  try {
    localStorage.setItem(STORAGE_KEY, text);
  } catch {
    unstored = text;
  }
  // Browsers dispatch `storage` only in the other tabs; dispatching it here too makes all tabs run the same code.
  dispatchEvent(new StorageEvent("storage", { key: STORAGE_KEY, newValue: text }));
}

/**
 * Marks a task as done, unless the card is dismissed. Reads the stored state first, because another tab may
 * have completed a task. `isSilent` omits the announcement, for pages without the card.
 */
export function completeOnboardingTask(step: OnboardingTask, { isSilent = false } = {}): void {
  const { shownOn, done } = readOnboardingState();
  if (shownOn === "no page" || done.includes(step)) return;
  writeFirstSteps({
    shownOn,
    done: ONBOARDING_TASKS.filter((other) => other === step || done.includes(other)),
  });
  if (!isSilent) appendToPendingAnnouncement(`First step done: ${onboardingTaskTitles[step]}.`);
}

/**
 * Shows the card of first steps on all pages. If all its steps are done, marks them as not done, so that the user can
 * start over.
 */
export function showOnboarding(): void {
  const { done } = readOnboardingState();
  writeFirstSteps({ shownOn: "all pages", done: done.length === ONBOARDING_TASKS.length ? [] : done });
}

export function dismissOnboarding(): void {
  writeFirstSteps({ ...readOnboardingState(), shownOn: "no page" });
}

export function useOnboardingState(): OnboardingState {
  return useSyncExternalStore(subscribe, readOnboardingState);
}

/** Whether the page shows the card of first steps; `flowId` is undefined on pages without a flow. */
export function useIsOnboardingShown(flowId: string | undefined): boolean {
  const { shownOn } = useOnboardingState();
  return shownOn === "all pages" || (shownOn === "samples" && flowId !== undefined && isSampleFlowId(flowId));
}

function subscribe(onChange: () => void): () => void {
  const listener = ({ key }: StorageEvent) => {
    if (key === STORAGE_KEY || key === null) onChange();
  };
  addEventListener("storage", listener);
  return () => removeEventListener("storage", listener);
}
