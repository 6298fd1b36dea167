import { describe, expect, it } from "vitest";
import { createNavigationAttemptTracker } from "./leave-guard.tsx";

function later() {
  let decide: (isBlocked: boolean) => void = () => {};
  const decided = new Promise<boolean>((resolve) => (decide = resolve));
  return { decide, wait: () => decided };
}

const turn = () => new Promise((resolve) => setTimeout(resolve));

describe("attempts to leave", () => {
  it("block a pending Back when a link is clicked, and decide about the link only after the URL is restored", async () => {
    const acts: string[] = [];
    let restore = () => {};
    const attempts = createNavigationAttemptTracker(
      () => new Promise<void>((resolve) => (restore = resolve)),
    );
    const save = later();
    const back = attempts.begin("BACK", save.wait).then((isBlocked) => acts.push(`back ${isBlocked}`));
    const push = attempts
      .begin("PUSH", () => {
        acts.push("decide");
        return false;
      })
      .then((isBlocked) => acts.push(`push ${isBlocked}`));
    await back;
    await turn();
    expect(acts).toEqual(["back true"]);
    restore();
    await push;
    save.decide(false);
    await turn();
    expect(acts).toEqual(["back true", "decide", "push false"]);
  });

  it("block the pending navigation of a link when Back is pressed, so that this navigation ends", async () => {
    const attempts = createNavigationAttemptTracker(() =>
      expect.fail("A link has not changed the address yet."),
    );
    const first = attempts.begin("PUSH", () => later().wait());
    expect(await attempts.begin("BACK", () => false)).toBe(false);
    expect(await first).toBe(true);
  });

  it("block a second history traversal without deciding the pending Back, because that block reverts both", async () => {
    const attempts = createNavigationAttemptTracker(() => expect.fail("Nothing is restored in between."));
    let isAnswered = false;
    const save = later();
    void attempts.begin("BACK", save.wait).then(() => (isAnswered = true));
    expect(await attempts.begin("GO", () => true)).toBe(true);
    save.decide(false);
    await turn();
    expect(isAnswered).toBe(false);
  });

  it("stop being current when a later attempt begins", async () => {
    const attempts = createNavigationAttemptTracker();
    const save = later();
    const counts: boolean[] = [];
    void attempts.begin("PUSH", async (isCurrent) => {
      await save.wait();
      counts.push(isCurrent());
      return false;
    });
    await turn();
    await attempts.begin("PUSH", (isCurrent) => {
      counts.push(isCurrent());
      return false;
    });
    save.decide(true);
    await turn();
    expect(counts).toEqual([true, false]);
  });
});
