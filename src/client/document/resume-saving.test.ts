import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { ApiError, NetworkError } from "#client/data/api-error.ts";
import type { Flow } from "#contract/flow.ts";
import { buildFlow, buildStep } from "#core/flow-builder.ts";
import type { StepKey } from "#core/flow-document.ts";
import { type OpenFlow, createOpenFlow } from "./open-flow.ts";
import { resumeSaving } from "./resume-saving.ts";
import { toSaveFailure } from "./save-failure.ts";
import { runSave } from "./save-flow.ts";
import { heldFlow } from "#client/document/testing/held-flow.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const flow = heldFlow(buildFlow("Digest", [buildStep("fetch"), buildStep("send")]));
const newer = { ...flow, name: "Theirs", versionToken: "2-x", updatedAt: "2026-01-01T00:01:00.000Z" };

/** A page with unsaved edits to come; `saves` says what it asked for, and why. */
function openPage({ isOn }: { readonly isOn: boolean }) {
  const openFlow = createOpenFlow(flow, { isInexact: false });
  const saves: string[] = [];
  const listeners = new Set<() => void>();
  const setting = { isOn };
  const connection = { isOffline: () => false, subscribe: () => () => undefined };
  const autosave = {
    isOn: () => setting.isOn,
    subscribe: (listener: () => void) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
  const save = async (cause: string) => void saves.push(cause);
  const stop = resumeSaving(openFlow, { save, connection, autosave });
  const toggle = (on: boolean) => {
    setting.isOn = on;
    for (const listener of listeners) listener();
  };
  return { openFlow, saves, stop, toggle };
}

const rename = (openFlow: OpenFlow, name: string) =>
  openFlow.edit({ type: "renameStep", key: "fetch" as StepKey, name });

test("nothing is saved that nobody asked for, unless that is switched on", () => {
  const { openFlow, saves, toggle } = openPage({ isOn: false });
  rename(openFlow, "Get");
  vi.advanceTimersByTime(60_000);
  expect(saves).toEqual([]);
  toggle(true);
  vi.advanceTimersByTime(2_000);
  expect(saves).toEqual(["by-itself"]);
});

test("a save comes once the edits rest, and not for what was undone", () => {
  const { openFlow, saves } = openPage({ isOn: true });
  for (const name of ["G", "Ge", "Get"]) {
    rename(openFlow, name);
    vi.advanceTimersByTime(1_500);
  }
  expect(saves).toEqual([]);
  vi.advanceTimersByTime(500);
  expect(saves).toHaveLength(1);

  const other = openPage({ isOn: true });
  rename(other.openFlow, "Get");
  other.openFlow.undo();
  vi.advanceTimersByTime(60_000);
  expect(other.saves).toEqual([]);
});

test("what is edited during a save is saved after it", () => {
  const { openFlow, saves } = openPage({ isOn: true });
  rename(openFlow, "Get");
  vi.advanceTimersByTime(2_000);
  const sent = openFlow.beginSave();
  rename(openFlow, "Read");
  vi.advanceTimersByTime(60_000);
  expect(saves).toHaveLength(1);
  openFlow.acceptSaved(
    {
      ...flow,
      ...buildFlow("Digest", [buildStep("fetch", { name: "Get" }), buildStep("send")]),
      versionToken: "2-x",
    },
    sent,
  );
  vi.advanceTimersByTime(2_000);
  expect(saves).toHaveLength(2);
});

test("what the server keeps in another form than it was sent in is not sent again and again", () => {
  const { openFlow, saves, toggle } = openPage({ isOn: true });
  const answerShort = () =>
    openFlow.acceptSaved(
      {
        ...flow,
        ...buildFlow("Digest", [buildStep("fetch", { name: "Get" }), buildStep("send")]),
        versionToken: `${saves.length + 1}-x`,
      },
      openFlow.beginSave(),
    );
  rename(openFlow, "Get ");
  vi.advanceTimersByTime(2_000);
  answerShort();
  vi.advanceTimersByTime(60_000);
  expect(saves).toHaveLength(1);
  rename(openFlow, "Get it ");
  vi.advanceTimersByTime(2_000);
  answerShort();
  vi.advanceTimersByTime(60_000);
  expect(saves).toHaveLength(2);
  toggle(true);
  vi.advanceTimersByTime(60_000);
  expect(saves).toHaveLength(3);
});

test("text that waits to be mended is never left out of a save", () => {
  const { openFlow, saves } = openPage({ isOn: true });
  rename(openFlow, "Get");
  openFlow.setBrokenText({ key: "send" as StepKey, field: "config", text: "{", message: "unfinished" });
  vi.advanceTimersByTime(60_000);
  expect(saves).toEqual([]);
  openFlow.clearBrokenText("send" as StepKey, "config");
  vi.advanceTimersByTime(2_000);
  expect(saves).toHaveLength(1);

  openFlow.setUnappliedText({ text: "{", since: openFlow.getState().history.document });
  rename(openFlow, "Read");
  vi.advanceTimersByTime(60_000);
  expect(saves).toHaveLength(1);
});

test("nothing is sent over what somebody else saved", async () => {
  const { openFlow, saves } = openPage({ isOn: true });
  rename(openFlow, "Get");
  openFlow.noticeServer(newer, false);
  vi.advanceTimersByTime(60_000);
  expect(saves).toEqual([]);
});

test("a save that nobody asked for stops at a newer version, which one that was asked for merges", async () => {
  const open = () => {
    const openFlow = createOpenFlow(flow, { isInexact: false });
    rename(openFlow, "Get");
    return openFlow;
  };
  const written: unknown[] = [];
  const transport = {
    read: async () => ({ flow: newer, isInexact: false }),
    check: async () => undefined,
    write: async (body: object, over: { readonly token: string | undefined }) => {
      if (over.token !== "2-x") throw new ApiError(412, "Stale");
      written.push(body);
      return { written: { ...newer, ...body, versionToken: "3-x" } as Flow, isOvertaken: false };
    },
  };
  const openFlow = open();
  await expect(runSave(openFlow, transport, () => 0, "by-itself")).rejects.toThrow("Somebody else");
  expect(openFlow.getState().history.document.name).toBe("Digest");
  expect(written).toEqual([]);
  await runSave(open(), transport, () => 0, "asked");
  expect(written).toMatchObject([{ flowSteps: [{ name: "Get" }, {}] }]);
});

test("what the server refused is tried again after the next edit; what failed otherwise waits for a person", () => {
  const { openFlow, saves } = openPage({ isOn: true });
  rename(openFlow, "");
  const { document } = openFlow.getState().history;
  openFlow.failSave(toSaveFailure(new ApiError(400, "Invalid"), document));
  vi.advanceTimersByTime(60_000);
  expect(saves).toEqual([]);
  rename(openFlow, "Get");
  vi.advanceTimersByTime(2_000);
  expect(saves).toHaveLength(1);

  openFlow.failSave(toSaveFailure(new ApiError(403, "Forbidden"), document));
  rename(openFlow, "Read");
  vi.advanceTimersByTime(60_000);
  expect(saves).toHaveLength(1);
});

test("a save that got no answer goes on, whether saving by itself is on or not", () => {
  for (const isOn of [false, true]) {
    const { openFlow, saves, stop } = openPage({ isOn });
    rename(openFlow, "Get");
    openFlow.beginSave();
    openFlow.failSave(toSaveFailure(new NetworkError("gone"), openFlow.getState().history.document));
    vi.advanceTimersByTime(1_000);
    expect(saves).toEqual([isOn ? "by-itself" : "resumed"]);
    stop();
    vi.advanceTimersByTime(60_000);
    expect(saves).toHaveLength(1);
  }
});

test("a save that waits for its next try goes on once a text that stopped it is mended", () => {
  const { openFlow, saves } = openPage({ isOn: false });
  rename(openFlow, "Get");
  openFlow.beginSave();
  openFlow.setBrokenText({ key: "send" as StepKey, field: "config", text: "{", message: "unfinished" });
  openFlow.failSave(toSaveFailure(new NetworkError("gone"), openFlow.getState().history.document));
  vi.advanceTimersByTime(60_000);
  expect(saves).toEqual([]);
  openFlow.clearBrokenText("send" as StepKey, "config");
  vi.advanceTimersByTime(1_000);
  expect(saves).toEqual(["resumed"]);
});

test("a save that waits goes on once the undo of a merge, which stopped it, is itself taken back", () => {
  const { openFlow, saves } = openPage({ isOn: true });
  openFlow.noticeServer(newer, false);
  rename(openFlow, "Get");
  openFlow.beginSave();
  openFlow.failSave({ type: "offline" });
  openFlow.undo();
  openFlow.undo();
  vi.advanceTimersByTime(60_000);
  expect(saves).toHaveLength(1);
  openFlow.redo();
  openFlow.redo();
  vi.advanceTimersByTime(60_000);
  expect(saves).toHaveLength(2);
});
