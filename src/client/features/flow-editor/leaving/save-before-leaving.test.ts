import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { saveBeforeLeaving } from "./save-before-leaving.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test("one leaves unasked only where the save came to its end in time", async () => {
  expect(
    await saveBeforeLeaving(
      async () => true,
      () => 0,
    ),
  ).toBe(true);
  expect(
    await saveBeforeLeaving(
      async () => false,
      () => 0,
    ),
  ).toBe(false);
  const slow = saveBeforeLeaving(
    () => new Promise(() => undefined),
    () => 0,
  );
  await vi.advanceTimersByTimeAsync(3000);
  expect(await slow).toBe(false);
});

test("what was edited while the save was waited for is not left behind unasked", async () => {
  let edits = 0;
  const save = async () => {
    edits = 1;
    return true;
  };
  expect(await saveBeforeLeaving(save, () => edits)).toBe(false);
});
