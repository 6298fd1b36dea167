import { expect, it } from "vitest";
import { createNavigationAttemptTracker } from "./unsaved-changes-guard.tsx";

function createDeferredDecision() {
  let decide: (isBlocked: boolean) => void = () => {};
  const decided = new Promise<boolean>((resolve) => (decide = resolve));
  return { decide, wait: () => decided };
}

const waitForNextTask = () => new Promise((resolve) => setTimeout(resolve));

it("the tracker of attempts to leave blocks a pending Back when a link is clicked, and decides about the link only after the URL is restored", async () => {
  const events: string[] = [];
  let restore = () => {};
  const attempts = createNavigationAttemptTracker(() => new Promise<void>((resolve) => (restore = resolve)));
  const save = createDeferredDecision();
  const back = attempts.begin("BACK", save.wait).then((isBlocked) => events.push(`back ${isBlocked}`));
  const push = attempts
    .begin("PUSH", () => {
      events.push("decide");
      return false;
    })
    .then((isBlocked) => events.push(`push ${isBlocked}`));
  await back;
  await waitForNextTask();
  expect(events).toEqual(["back true"]);
  restore();
  await push;
  save.decide(false);
  await waitForNextTask();
  expect(events).toEqual(["back true", "decide", "push false"]);
});

it("the tracker of attempts to leave blocks the pending navigation of a link when Back is pressed, and allows Back", async () => {
  const attempts = createNavigationAttemptTracker(() =>
    expect.fail("A link has not changed the address yet."),
  );
  const first = attempts.begin("PUSH", () => createDeferredDecision().wait());
  expect(await attempts.begin("BACK", () => false)).toBe(false);
  expect(await first).toBe(true);
});

it("the tracker of attempts to leave leaves a pending Back undecided when a second history traversal is blocked, because that block reverts both", async () => {
  const attempts = createNavigationAttemptTracker(() => expect.fail("Nothing is restored in between."));
  let isBackResolved = false;
  const save = createDeferredDecision();
  void attempts.begin("BACK", save.wait).then(() => (isBackResolved = true));
  expect(await attempts.begin("GO", () => true)).toBe(true);
  save.decide(false);
  await waitForNextTask();
  expect(isBackResolved).toBe(false);
});

it("the tracker of attempts to leave marks an attempt as not current when a later attempt begins", async () => {
  const attempts = createNavigationAttemptTracker();
  const save = createDeferredDecision();
  const currentFlags: boolean[] = [];
  void attempts.begin("PUSH", async (isCurrent) => {
    await save.wait();
    currentFlags.push(isCurrent());
    return false;
  });
  await waitForNextTask();
  await attempts.begin("PUSH", (isCurrent) => {
    currentFlags.push(isCurrent());
    return false;
  });
  save.decide(true);
  await waitForNextTask();
  expect(currentFlags).toEqual([true, false]);
});
