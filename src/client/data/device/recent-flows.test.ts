import { beforeEach, expect, it, vi } from "vitest";
import { LOCAL_MODE_IDENTITY } from "#contract/local.ts";
import { createMemoryStorage } from "#client/data/testing/memory-storage.ts";

const tracker = { identity: LOCAL_MODE_IDENTITY as string | undefined, signOut: "none" };

vi.mock("#client/data/api/page-identity.ts", () => ({
  pageUserIdentityTracker: {
    storageKey: (name: string) => tracker.identity && `${name}@${tracker.identity}`,
    signOut: () => tracker.signOut,
  },
}));

const { recentFlowStore } = await import("./recent-flows.ts");
const { forgetRecentFlow, noteFlowName, noteOpenedFlow } = await import("./note-opened-flow.ts");

beforeEach(() => {
  Object.assign(tracker, { identity: LOCAL_MODE_IDENTITY, signOut: "none" });
  vi.stubGlobal("localStorage", createMemoryStorage());
  vi.stubGlobal("dispatchEvent", () => true);
  vi.stubGlobal("StorageEvent", Event);
});

const names = () => recentFlowStore.getState().map(({ name }) => name);

it("lists the most recently opened flow first, each flow once, and at most thirty", () => {
  for (let index = 0; index < 40; index++) noteOpenedFlow({ id: `flow_${index}`, name: `Flow ${index}` });
  noteOpenedFlow({ id: "flow_20", name: "Flow 20" });
  expect(names().slice(0, 3)).toEqual(["Flow 20", "Flow 39", "Flow 38"]);
  expect(new Set(names()).size).toBe(30);
});

it("renames a listed flow in place, does not list an unlisted flow, and removes a deleted flow", () => {
  noteOpenedFlow({ id: "flow_a", name: "Digest" });
  noteOpenedFlow({ id: "flow_b", name: "Triage" });
  noteFlowName({ id: "flow_a", name: "Weekly digest" });
  noteFlowName({ id: "flow_c", name: "Unopened" });
  expect(names()).toEqual(["Triage", "Weekly digest"]);
  forgetRecentFlow("flow_b");
  expect(names()).toEqual(["Weekly digest"]);
});

it("keeps the lists of two users apart, and stores nothing for an unknown user or during a sign-out", () => {
  noteOpenedFlow({ id: "flow_a", name: "Mine" });
  tracker.identity = "user_b";
  expect(names()).toEqual([]);
  tracker.signOut = "discarding";
  noteOpenedFlow({ id: "flow_b", name: "Secret" });
  Object.assign(tracker, { identity: undefined, signOut: "none" });
  noteOpenedFlow({ id: "flow_c", name: "Early" });
  expect(JSON.stringify(localStorage)).not.toMatch(/Secret|Early/);
});

it.each(["", "{", "null", "7", "{}", '[null, 7, {"id":"a"}, {"id":1,"name":"b","openedAt":1}]'])(
  "reads the invalid text %j as an empty list",
  (text) => {
    localStorage.setItem(`flowline-recent-flows@${LOCAL_MODE_IDENTITY}`, text);
    expect(recentFlowStore.getState()).toEqual([]);
  },
);
