import { beforeEach, expect, it, vi } from "vitest";
import { announce, announceToo, getAnnouncements, subscribeToAnnouncements } from "./announce.ts";

beforeEach(() => {
  vi.useFakeTimers();
  return () => vi.useRealTimers();
});

it("says the last of several sentences that come at once", () => {
  announce("Moved to 2 of 7");
  announce("Moved to 3 of 7");
  vi.runAllTimers();
  expect(getAnnouncements().polite).toBe("Moved to 3 of 7");
});

it("says the same sentence again by emptying the region first", () => {
  announce("Saved");
  vi.runAllTimers();
  const heard: string[] = [];
  const stop = subscribeToAnnouncements(() => heard.push(getAnnouncements().polite));
  announce("Saved");
  vi.runAllTimers();
  stop();
  expect(heard).toEqual(["", "Saved"]);
});

it("lets an urgent sentence and a polite one stand side by side", () => {
  announce("Moved");
  announce("Could not save", "assertive");
  vi.runAllTimers();
  expect(getAnnouncements()).toEqual({ polite: "Moved", assertive: "Could not save" });
});

it("takes back what was not said yet, and nothing that came after it", () => {
  const takeBack = announce("Duplicating");
  announce("Duplicated");
  takeBack();
  vi.runAllTimers();
  expect(getAnnouncements().polite).toBe("Duplicated");
  announce("Duplicating again")();
  vi.runAllTimers();
  expect(getAnnouncements().polite).toBe("");
});

it("says one sentence behind another that waits, and alone where none does", () => {
  announce("Merged 1 change.");
  announceToo("Saved");
  vi.runAllTimers();
  expect(getAnnouncements().polite).toBe("Merged 1 change. Saved");
  announceToo("Published");
  vi.runAllTimers();
  expect(getAnnouncements().polite).toBe("Published");
});
