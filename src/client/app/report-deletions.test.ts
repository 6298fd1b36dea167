import { QueryClient } from "@tanstack/react-query";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { ServerCapabilities } from "#contract/local.ts";
import { pageUserIdentityTracker } from "#client/data/api/page-identity.ts";
import { createMemoryStorage } from "#client/data/testing/memory-storage.ts";
import { buildServerFlow } from "#client/document/testing/build-server-flow.ts";
import { toastStore, toasts } from "#client/ui/overlays/toasts.ts";

vi.stubGlobal("addEventListener", () => undefined);
vi.stubGlobal("document", { addEventListener: () => undefined });
const { reportFailedDeletions } = await import("./report-deletions.ts");

const KEY = "flowline-deletion-flow_1";

let reads: number;
/** Status codes of the next answers. */
let failures: number[];

beforeEach(() => {
  vi.useFakeTimers();
  reads = 0;
  failures = [];
  vi.stubGlobal("localStorage", createMemoryStorage());
  pageUserIdentityTracker.adopt({ auth: "none", signedIn: true } as ServerCapabilities);
  vi.stubGlobal("fetch", async () => {
    reads += 1;
    const failure = failures.shift();
    if (failure !== undefined) return new Response("{}", { status: failure });
    return Response.json(buildServerFlow({ name: "Digest", flowSteps: [] }));
  });
});

afterEach(() => {
  for (const { id } of toastStore.getState()) toasts.dismiss(id);
});

const store = (version: string, sentAt = Date.now()) =>
  localStorage.setItem(KEY, JSON.stringify({ kind: "flow", ids: ["flow_1"], version, sentAt }));

it("a failed deletion can be retried if the server still has the version that the user deleted", async () => {
  store("1-x");
  void reportFailedDeletions(new QueryClient());
  await vi.advanceTimersByTimeAsync(6000);
  const [toast] = toastStore.getState();
  expect(toast?.text).toBe("Couldn’t delete “Digest”: the page closed before the server responded.");
  expect(toast?.action?.label).toBe("Retry");
  expect(localStorage.getItem(KEY)).toBeNull();
});

it("a flow that was changed elsewhere is reported without an offer to delete the unseen version", async () => {
  store("0-x");
  void reportFailedDeletions(new QueryClient());
  await vi.advanceTimersByTimeAsync(6000);
  const [toast] = toastStore.getState();
  expect(toast?.text).toBe("Couldn’t delete “Digest”: changed elsewhere.");
  expect(toast?.action).toBeUndefined();
});

it("no request is sent while another tab can undo the deletion, and nothing is reported after Undo", async () => {
  store("1-x", Date.now() + 8000);
  void reportFailedDeletions(new QueryClient());
  await vi.advanceTimersByTimeAsync(7000);
  localStorage.removeItem(KEY);
  await vi.advanceTimersByTimeAsync(10_000);
  expect(reads).toBe(0);
  expect(toastStore.getState()).toEqual([]);
});

it("a deletion that its tab could not send is reported", async () => {
  store("1-x", Date.now() + 8000);
  void reportFailedDeletions(new QueryClient());
  await vi.advanceTimersByTimeAsync(12_900);
  expect(toastStore.getState()).toEqual([]);
  await vi.advanceTimersByTimeAsync(1000);
  expect(toastStore.getState()[0]?.text).toContain("Couldn’t delete “Digest”");
});

it("a flow that cannot be read stays noted, and is read again until the outcome is known", async () => {
  store("1-x");
  failures = [503, 503, 404];
  void reportFailedDeletions(new QueryClient());
  await vi.advanceTimersByTimeAsync(9000);
  expect([reads, localStorage.getItem(KEY)]).toEqual([2, expect.any(String)]);
  await vi.advanceTimersByTimeAsync(3000);
  expect([reads, localStorage.getItem(KEY), toastStore.getState()]).toEqual([3, null, []]);
});

it("a schedule that still exists is reported", async () => {
  const deletion = { kind: "schedule", ids: ["schedule_1"], sentAt: Date.now() };
  localStorage.setItem("flowline-deletion-schedule_1", JSON.stringify(deletion));
  const times = { createdAt: "2026-12-01T12:00:00.000Z", updatedAt: "2026-12-01T12:00:00.000Z" };
  const ids = { id: "schedule_1", userId: "user_1", flowId: null, agentId: null, organizationId: null };
  const target = { recordType: null, recordIds: null, inputs: null, productSurfaceId: null };
  const trigger = { triggerType: "recurring", cron: "0 9 * * *", timezone: "UTC", runAt: null };
  const state = { name: "Nightly", enabled: true, executionOptions: {}, lastRunAt: null, nextRunAt: null };
  vi.stubGlobal("fetch", async () => Response.json({ ...ids, ...target, ...trigger, ...state, ...times }));
  void reportFailedDeletions(new QueryClient());
  await vi.advanceTimersByTimeAsync(1);
  // The first such request loads its description.
  await import("#contract/endpoints.ts");
  await vi.advanceTimersByTimeAsync(6000);
  const [toast] = toastStore.getState();
  expect(toast?.text).toBe("Couldn’t delete “Nightly”: the page closed before the server responded.");
  expect(toast?.action?.label).toBe("Retry");
});
