import { acknowledge, markAsSent, openSaved, receiveVersion } from "#client/document/testing/receive.ts";
import { beforeEach, expect, test, vi } from "vitest";
import { createStore } from "zustand/vanilla";
import { ApiError } from "#client/data/api/api-error.ts";
import type { Flow } from "#contract/flow.ts";
import { buildFlow, buildStep } from "#core/testing/flow-builder.ts";
import type { StepKey } from "#core/document/flow-document.ts";
import { type OpenFlow } from "#client/document/open-flow.ts";
import { performFlowSaveRequests, startFlowSaveTimer } from "./save-flow.ts";
import { buildServerFlow } from "#client/document/testing/build-server-flow.ts";

beforeEach(() => void vi.useFakeTimers());

const flow = buildServerFlow(buildFlow("Digest", [buildStep("fetch"), buildStep("send")]));
const newer = { ...flow, name: "Theirs", versionToken: "2-x", updatedAt: "2026-01-01T00:01:00.000Z" };

/** Opens a page; `saves` records the cause of each requested save. */
function openPage({ isOn }: { readonly isOn: boolean }) {
  const openFlow = openSaved(flow);
  const saves: string[] = [];
  const connection = { isOffline: () => false, subscribe: () => () => undefined };
  const autosave = createStore(() => isOn);
  const save = async (cause: string) => void saves.push(cause);
  const stop = startFlowSaveTimer(openFlow, { save, connection, autosave });
  return { openFlow, saves, stop, toggle: (on: boolean) => autosave.setState(on) };
}

const rename = (openFlow: OpenFlow, name: string) =>
  openFlow.edit({ type: "renameStep", key: "fetch" as StepKey, name });

test("edits made during a save are saved after that save", () => {
  const { openFlow, saves } = openPage({ isOn: true });
  rename(openFlow, "Get");
  vi.advanceTimersByTime(2_000);
  const sent = markAsSent(openFlow);
  rename(openFlow, "Read");
  vi.advanceTimersByTime(60_000);
  expect(saves).toHaveLength(1);
  acknowledge(
    openFlow,
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

test("an autosave is not repeated when the server stores a normalized form of the document", () => {
  const { openFlow, saves, toggle } = openPage({ isOn: true });
  const acknowledgeTrimmed = () =>
    acknowledge(
      openFlow,
      {
        ...flow,
        ...buildFlow("Digest", [buildStep("fetch", { name: "Get" }), buildStep("send")]),
        versionToken: `${saves.length + 1}-x`,
      },
      markAsSent(openFlow),
    );
  rename(openFlow, "Get ");
  vi.advanceTimersByTime(2_000);
  acknowledgeTrimmed();
  vi.advanceTimersByTime(60_000);
  expect(saves).toHaveLength(1);
  rename(openFlow, "Get it ");
  vi.advanceTimersByTime(2_000);
  acknowledgeTrimmed();
  vi.advanceTimersByTime(60_000);
  expect(saves).toHaveLength(2);
  toggle(false);
  toggle(true);
  vi.advanceTimersByTime(60_000);
  expect(saves).toHaveLength(3);
});

test("an autosave waits until invalid input and pending JSON are corrected", () => {
  const { openFlow, saves } = openPage({ isOn: true });
  rename(openFlow, "Get");
  openFlow.setInvalidInput({ key: "send" as StepKey, field: "config", text: "{", message: "unfinished" });
  vi.advanceTimersByTime(60_000);
  expect(saves).toEqual([]);
  openFlow.clearInvalidInput("send" as StepKey, "config");
  vi.advanceTimersByTime(2_000);
  expect(saves).toHaveLength(1);

  openFlow.setPendingJson({ text: "{", since: openFlow.getState().history.document });
  rename(openFlow, "Read");
  vi.advanceTimersByTime(60_000);
  expect(saves).toHaveLength(1);
});

test("an autosave stops at a newer version, and a save by the user merges that version", async () => {
  const open = () => {
    const openFlow = openSaved(flow);
    rename(openFlow, "Get");
    return openFlow;
  };
  const written: unknown[] = [];
  const transport = {
    read: async () => ({ flow: newer, isInexact: false }),
    write: async (body: object, over: { readonly token: string | undefined }) => {
      if (over.token !== "2-x") throw new ApiError(412, "Stale");
      written.push(body);
      return { ...newer, ...body, versionToken: "3-x" } as Flow;
    },
  };
  const openFlow = open();
  await expect(performFlowSaveRequests(openFlow, transport, () => 0, "by-itself")).rejects.toThrow(
    "Someone else",
  );
  expect(openFlow.getState().history.document.name).toBe("Digest");
  expect(written).toEqual([]);
  await performFlowSaveRequests(open(), transport, () => 0, "asked");
  expect(written).toMatchObject([{ flowSteps: [{ name: "Get" }, {}] }]);
});

test("a waiting save resumes once the user redoes the remote update whose undo blocked the save", () => {
  const { openFlow, saves } = openPage({ isOn: true });
  receiveVersion(openFlow, newer);
  rename(openFlow, "Get");
  markAsSent(openFlow);
  openFlow.receive({ type: "failed", failure: { type: "offline" } });
  openFlow.undo();
  openFlow.undo();
  vi.advanceTimersByTime(60_000);
  expect(saves).toHaveLength(1);
  openFlow.redo();
  openFlow.redo();
  vi.advanceTimersByTime(60_000);
  expect(saves).toHaveLength(2);
});

test("edits made during the retry of a save are saved after it, and edits made during that save are not", () => {
  const { openFlow, saves } = openPage({ isOn: false });
  const sendAndAcknowledge = (name: string) => {
    const sent = markAsSent(openFlow);
    rename(openFlow, name);
    acknowledge(openFlow, newer, sent);
  };
  rename(openFlow, "Get");
  markAsSent(openFlow);
  openFlow.receive({ type: "failed", failure: { type: "offline" } });
  vi.advanceTimersByTime(1_000);
  sendAndAcknowledge("Read");
  vi.advanceTimersByTime(60_000);
  expect(saves).toEqual(["resumed", "resumed"]);
  sendAndAcknowledge("Load");
  vi.advanceTimersByTime(60_000);
  expect(saves).toHaveLength(2);
});
