import { beforeEach, expect, it, vi } from "vitest";
import { announceToScreenReaders, appendToPendingAnnouncement, announcementStore } from "./announce.ts";

beforeEach(() => {
  vi.useFakeTimers();
});

it("only the last of several messages in quick succession is announced", () => {
  announceToScreenReaders("Moved to 2 of 7");
  announceToScreenReaders("Moved to 3 of 7");
  vi.runAllTimers();
  expect(announcementStore.getState().polite).toBe("Moved to 3 of 7");
});

it("the live region is emptied first, so that the same message is announced again", () => {
  announceToScreenReaders("Saved");
  vi.runAllTimers();
  const announcedTexts: string[] = [];
  const stop = announcementStore.subscribe(({ polite }) => announcedTexts.push(polite));
  announceToScreenReaders("Saved");
  vi.runAllTimers();
  stop();
  expect(announcedTexts).toEqual(["", "Saved"]);
});

it("canceling a pending announcement does not cancel later announcements", () => {
  const cancel = announceToScreenReaders("Duplicating");
  announceToScreenReaders("Duplicated");
  cancel();
  vi.runAllTimers();
  expect(announcementStore.getState().polite).toBe("Duplicated");
  announceToScreenReaders("Duplicating again")();
  vi.runAllTimers();
  expect(announcementStore.getState().polite).toBe("Duplicated");
});

it("a message is appended to a pending message, or announced alone if none is pending", () => {
  announceToScreenReaders("Merged 1 change.");
  appendToPendingAnnouncement("Saved");
  vi.runAllTimers();
  expect(announcementStore.getState().polite).toBe("Merged 1 change. Saved");
  appendToPendingAnnouncement("Published");
  vi.runAllTimers();
  expect(announcementStore.getState().polite).toBe("Published");
});
