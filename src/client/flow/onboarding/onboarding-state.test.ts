import { beforeEach, expect, it, vi } from "vitest";
import { stubStorage } from "#client/data/testing/memory-storage.ts";
import {
  completeOnboardingTask,
  dismissOnboarding,
  parseOnboardingState,
  readOnboardingState,
  showOnboarding,
} from "./onboarding-state.ts";

let stored: Storage;

beforeEach(() => {
  stored = stubStorage();
});

it.each(["", "{", "null", "[]", "7", '{"shownOn":1,"done":"publish"}', '{"done":["unknown",{}]}'])(
  "reads the invalid text %j as the initial state",
  (text) => expect(parseOnboardingState(text)).toEqual({ shownOn: "samples", done: [] }),
);

it("keeps a step that another tab completed meanwhile", () => {
  completeOnboardingTask("publish");
  stored.setItem(
    "flowline-first-steps",
    JSON.stringify({ shownOn: "samples", done: ["testRun", "publish"] }),
  );
  completeOnboardingTask("reorder");
  expect(readOnboardingState().done).toEqual(["reorder", "testRun", "publish"]);
});

it("completes no step once the card is dismissed, and shows the card again on request", () => {
  completeOnboardingTask("publish");
  dismissOnboarding();
  completeOnboardingTask("reorder");
  expect(readOnboardingState()).toEqual({ shownOn: "no page", done: ["publish"] });
  showOnboarding();
  expect(readOnboardingState()).toEqual({ shownOn: "all pages", done: ["publish"] });
});

it("remembers the state until the page is closed if local storage is refused", () => {
  vi.stubGlobal("localStorage", {
    getItem: () => null,
    setItem: () => {
      throw new Error("refused");
    },
  });
  completeOnboardingTask("testRun");
  expect(readOnboardingState().done).toEqual(["testRun"]);
});
