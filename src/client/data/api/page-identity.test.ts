import { beforeEach, expect, it, vi } from "vitest";
import type { ServerCapabilities } from "#contract/local.ts";
import { createPageUserIdentityTracker } from "./page-identity.ts";

const signedInAs = (
  identity: string | undefined,
  auth: ServerCapabilities["auth"] = "required",
): ServerCapabilities => ({
  mode: "local",
  auth,
  signedIn: true,
  ...(identity !== undefined && { identity }),
  scopes: ["*"],
  features: {},
});
const signedOut: ServerCapabilities = { ...signedInAs(undefined), signedIn: false };

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal("location", { pathname: "/flows/flow_1" });
});

it("the user identity of a page keeps the user of its first sign-in when the session expires and is restored", async () => {
  const leave = vi.fn<(to: string) => void>();
  const page = createPageUserIdentityTracker(leave);
  expect(page.adopt(signedOut)).toBe(true);
  expect(page.storageKey("inputs")).toBeUndefined();
  expect([signedInAs("key_a"), signedOut, signedInAs("key_a")].map(page.adopt)).toEqual([true, true, true]);
  expect(await page.known()).toBe("key_a");
  expect(page.storageKey("inputs")).toBe("inputs@key_a");
  expect(leave).not.toHaveBeenCalled();
});

it("the user identity of a page uses storage keys without a suffix on a server without sign-in", async () => {
  const page = createPageUserIdentityTracker(vi.fn());
  page.adopt(signedInAs(undefined, "none"));
  expect(page.current()).toBe("local");
  expect(page.storageKey("inputs")).toBe("inputs");
});

it("the user identity of a page persists local work and reloads without search parameters when another user signs in", async () => {
  const leave = vi.fn<(to: string) => void>();
  const page = createPageUserIdentityTracker(leave);
  page.adopt(signedInAs("key_a"));
  let keep = () => {};
  page.holdWork({
    keep: () =>
      new Promise<void>((resolve) => {
        keep = resolve;
      }),
    discard: () => expect.fail("Nobody asked for it."),
  });
  expect(page.adopt(signedInAs("key_b"))).toBe(false);
  expect(page.adopt(signedInAs("key_a"))).toBe(false);
  await vi.advanceTimersByTimeAsync(1000);
  expect(leave).not.toHaveBeenCalled();
  keep();
  await vi.advanceTimersByTimeAsync(0);
  expect(leave.mock.calls).toEqual([["/flows/flow_1"]]);
});

it("the user identity of a page waits at most two seconds for local work to be persisted, then leaves the sign-in page", async () => {
  vi.stubGlobal("location", { pathname: "/sign-in" });
  const leave = vi.fn<(to: string) => void>();
  const page = createPageUserIdentityTracker(leave);
  page.adopt(signedInAs("key_a"));
  page.holdWork({ keep: () => new Promise(() => {}), discard: () => {} });
  page.adopt(signedInAs("key_b"));
  await vi.advanceTimersByTimeAsync(2000);
  expect(leave.mock.calls).toEqual([["/"]]);
});

it("the user identity of a page does not report a sign-out as canceled while the sign-out continues", async () => {
  const page = createPageUserIdentityTracker(vi.fn());
  page.setSignOut("begun");
  const stopped = vi.fn();
  void page.untilSignOutStopped().then(stopped);
  page.setSignOut("keeping");
  await vi.advanceTimersByTimeAsync(0);
  expect(stopped).not.toHaveBeenCalled();
  page.setSignOut("none");
  await vi.advanceTimersByTimeAsync(0);
  expect(stopped).toHaveBeenCalledTimes(1);
});

it("the user identity of a page discards unsaved work on request, then flushes the journals and leaves the page", async () => {
  const acts: string[] = [];
  const page = createPageUserIdentityTracker((to) => acts.push(to));
  const stop = page.holdWork({ keep: async () => acts.push("closed"), discard: () => {} });
  stop();
  page.holdWork({ keep: async () => acts.push("keep"), discard: () => acts.push("discard") });
  await page.end({ to: "/sign-in", isDiscarding: true });
  expect(acts).toEqual(["discard", "keep", "/sign-in"]);
  expect(page.signOut()).toBe("discarding");
});

it("the user identity of a page clears only the stored values of the signed-in user", () => {
  const stored = { "inputs@key_a": "1", "inputs@key_b": "2", inputs: "3", "flowline-theme": "dark" };
  const removeItem = vi.fn<(key: string) => void>();
  vi.stubGlobal("localStorage", { ...stored, removeItem });
  const page = createPageUserIdentityTracker(vi.fn());
  page.clearStorage();
  page.adopt(signedInAs("key_a"));
  page.clearStorage();
  expect(removeItem.mock.calls).toEqual([["inputs@key_a"]]);
});
