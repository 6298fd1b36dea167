import { beforeEach, expect, it, vi } from "vitest";
import type { ServerCapabilities } from "#contract/local.ts";
import { pageUserIdentityTracker } from "#client/data/api/page-identity.ts";
import { createMemoryStorage } from "#client/data/testing/memory-storage.ts";
import { type UndoableDeletionRequest, pendingDeletionScheduler } from "./pending-deletions.ts";
import { readDeletionsOfUser, readUnacknowledgedDeletions } from "./unacknowledged-deletions.ts";

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal("localStorage", createMemoryStorage());
});

const request = (
  ids: readonly string[],
  parts: Partial<UndoableDeletionRequest> = {},
): UndoableDeletionRequest => ({
  kind: "flow",
  ids,
  send: () => Promise.resolve(),
  sendOnExit: () => undefined,
  ...parts,
});

it("a deletion is sent once, eight seconds after it was requested", async () => {
  const send = vi.fn(() => Promise.resolve());
  pendingDeletionScheduler.schedule(request(["a"], { send }));
  await vi.advanceTimersByTimeAsync(7999);
  expect(send).not.toHaveBeenCalled();
  await vi.advanceTimersByTimeAsync(1);
  expect(send).toHaveBeenCalledTimes(1);
});

it("a deletion that was undone is never sent", async () => {
  const send = vi.fn(() => Promise.resolve());
  const sendOnExit = vi.fn();
  const onUndo = vi.fn();
  pendingDeletionScheduler.schedule(request(["b"], { send, sendOnExit, onUndo }));
  expect(pendingDeletionScheduler.undo("b")).toBe(true);
  await vi.advanceTimersByTimeAsync(10_000);
  pendingDeletionScheduler.sendNow();
  expect(send).not.toHaveBeenCalled();
  expect(sendOnExit).not.toHaveBeenCalled();
  expect(onUndo).toHaveBeenCalledTimes(1);
});

it("a deletion cannot be undone once its request was sent", async () => {
  pendingDeletionScheduler.schedule(request(["c"], { send: () => new Promise(() => undefined) }));
  await vi.advanceTimersByTimeAsync(8000);
  expect(pendingDeletionScheduler.undo("c")).toBe(false);
});

it("undo restores the latest deletion first", () => {
  const back: string[] = [];
  pendingDeletionScheduler.schedule(request(["d"], { onUndo: () => back.push("d") }));
  pendingDeletionScheduler.schedule(request(["e"], { onUndo: () => back.push("e") }));
  pendingDeletionScheduler.undoLatest();
  pendingDeletionScheduler.undoLatest();
  pendingDeletionScheduler.undoLatest();
  expect(back).toEqual(["e", "d"]);
});

it("rows deleted together are sent in one request, and are restored together", async () => {
  const send = vi.fn((_ids: readonly string[]) => Promise.resolve());
  pendingDeletionScheduler.schedule(request(["f", "g"], { send }));
  await vi.advanceTimersByTimeAsync(8000);
  expect(send).toHaveBeenCalledExactlyOnceWith(["f", "g"]);
  pendingDeletionScheduler.schedule(request(["h", "i"], { send }));
  expect(pendingDeletionScheduler.undo("i")).toBe(true);
  expect(pendingDeletionScheduler.undo("h")).toBe(false);
});

it("all pending deletions are sent once when the page is left", async () => {
  const send = vi.fn(() => Promise.resolve());
  const sendOnExit = vi.fn();
  pendingDeletionScheduler.schedule(request(["j"], { send, sendOnExit }));
  pendingDeletionScheduler.schedule(request(["k", "l"], { kind: "record", send, sendOnExit }));
  pendingDeletionScheduler.sendNow();
  pendingDeletionScheduler.sendNow();
  await vi.advanceTimersByTimeAsync(10_000);
  expect(sendOnExit.mock.calls).toEqual([[["j"]], [["k", "l"]]]);
  expect(send).not.toHaveBeenCalled();
  expect(pendingDeletionScheduler.undo("j")).toBe(false);
});

it("signing out sends all pending deletions and waits for their responses", async () => {
  let answer = () => {};
  const send = vi.fn(() => new Promise<void>((resolve) => (answer = resolve)));
  pendingDeletionScheduler.schedule(request(["n"], { send }));
  let isDone = false;
  const flushed = pendingDeletionScheduler.flush().then(() => (isDone = true));
  expect(send).toHaveBeenCalledExactlyOnceWith(["n"]);
  await vi.advanceTimersByTimeAsync(10_000);
  expect(isDone).toBe(false);
  answer();
  await flushed;
  expect(send).toHaveBeenCalledTimes(1);
});

it("each deletion is stored from its start until its outcome is known, so that a crash does not hide it", async () => {
  let answer = () => {};
  const send = () => new Promise<void>((resolve) => (answer = resolve));
  pendingDeletionScheduler.schedule(request(["m"], { send, version: "1-m" }));
  const stored = { kind: "flow", ids: ["m"], version: "1-m", sentAt: Date.now() + 8000 };
  expect(readUnacknowledgedDeletions()).toEqual([stored]);
  await vi.advanceTimersByTimeAsync(8000);
  expect(readUnacknowledgedDeletions()).toEqual([stored]);
  answer();
  await vi.advanceTimersByTimeAsync(0);
  expect(readUnacknowledgedDeletions()).toEqual([]);
});

it("undo removes the stored deletion, and sending it early changes its stored time", () => {
  pendingDeletionScheduler.schedule(request(["t"]));
  expect(pendingDeletionScheduler.undo("t")).toBe(true);
  expect(readUnacknowledgedDeletions()).toEqual([]);
  pendingDeletionScheduler.schedule(request(["u"]));
  pendingDeletionScheduler.sendNow();
  expect(readUnacknowledgedDeletions()).toEqual([{ kind: "flow", ids: ["u"], sentAt: Date.now() }]);
});

it("stored deletions are shown only to their user, and those without a user only on servers without sign-in", () => {
  const note = (id: string, identity?: string) =>
    localStorage.setItem(
      `flowline-deletion-${id}`,
      JSON.stringify({ kind: "flow", ids: [id], sentAt: 1, identity }),
    );
  note("n");
  note("o", "local");
  note("p", "key_a");
  const idsOf = (identity: string) => readDeletionsOfUser(identity).flatMap(({ ids }) => ids);
  expect([idsOf("local"), idsOf("key_a"), idsOf("key_b")]).toEqual([["n", "o"], ["p"], []]);
});

it("a pending deletion is stored with its user, so that no other user sees it", async () => {
  const server: Partial<ServerCapabilities> = { auth: "required", signedIn: true, identity: "key_a" };
  pageUserIdentityTracker.adopt(server as ServerCapabilities);
  pendingDeletionScheduler.schedule(request(["q"], { send: () => new Promise(() => undefined) }));
  pendingDeletionScheduler.schedule(request(["r"]));
  await vi.advanceTimersByTimeAsync(8000);
  expect(readDeletionsOfUser("key_a").flatMap(({ ids }) => ids)).toEqual(["q"]);
  pendingDeletionScheduler.schedule(request(["s"]));
  pendingDeletionScheduler.sendNow();
  expect(readDeletionsOfUser("key_a").flatMap(({ ids }) => ids)).toEqual(["q", "s"]);
  expect(readDeletionsOfUser("local")).toEqual([]);
});
