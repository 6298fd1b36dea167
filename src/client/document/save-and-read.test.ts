import { QueryClient, QueryObserver } from "@tanstack/react-query";
import { afterEach, expect, test, vi } from "vitest";
import { buildFlow, buildStep } from "#core/flow-builder.ts";
import { flowQueries } from "#client/data/flow-queries.ts";
import { runMutation } from "#client/data/run-mutation.ts";
import { createOpenFlow } from "./open-flow.ts";
import { saveFlow } from "./save-flow.ts";
import { heldFlow } from "./testing/held-flow.ts";

afterEach(() => void vi.unstubAllGlobals());

test("news that a save keeps from being read are read after it, also where it sent nothing", async () => {
  const flow = heldFlow(buildFlow("Digest", [buildStep("fetch")]));
  const newer = { ...flow, name: "Theirs", versionToken: "2-x" };
  const client = new QueryClient();
  const detail = flowQueries.detail(flow.id);
  client.setQueryData(detail.queryKey, { flow, isInexact: false });
  const watching = new QueryObserver(client, { ...detail, staleTime: Infinity });
  const stop = watching.subscribe(() => undefined);
  const openFlow = createOpenFlow(flow, { isInexact: false });
  openFlow.edit({ type: "renameFlow", name: "Mine" });
  openFlow.failSave({ type: "busy", message: "Slow down.", retryAfterMs: undefined });
  openFlow.undo();

  let isFirst = true;
  vi.stubGlobal("fetch", async (_url: string, { signal }: RequestInit) => {
    if (!isFirst) return Response.json(newer);
    isFirst = false;
    return new Promise((_resolve, reject) => {
      signal?.addEventListener("abort", () => reject(signal.reason));
    });
  });
  void client.invalidateQueries({ queryKey: detail.queryKey });
  await vi.waitFor(() => expect(isFirst).toBe(false));
  await runMutation(client, saveFlow(openFlow, client), "resumed");
  await vi.waitFor(() => expect(watching.getCurrentResult().data?.flow.name).toBe("Theirs"));
  stop();
});

test("a read from before a write is not taken for what is known after it, where versions are told apart by date", async () => {
  const { versionToken: _token, revision: _revision, ...flow } = heldFlow(buildFlow("Digest", []));
  const at = (second: number, name: string) => ({
    ...flow,
    name,
    updatedAt: `2026-01-01T00:00:0${second}.000Z`,
  });
  const old = at(1, "Old");
  const client = new QueryClient();
  const detail = flowQueries.detail(flow.id);
  client.setQueryData(detail.queryKey, { flow: old, isInexact: false });
  const stop = new QueryObserver(client, { ...detail, staleTime: Infinity }).subscribe(() => undefined);
  const openFlow = createOpenFlow(old, { isInexact: false });
  openFlow.edit({ type: "renameFlow", name: "Mine" });

  // One answer after the other: the check, what a window that is looked at again asks for, the write, what is read back.
  let held = old;
  let letGo = () => {};
  let isLate = false;
  vi.stubGlobal("fetch", async (_url: string, { method, signal }: RequestInit) => {
    if (method === "PUT") {
      void client.invalidateQueries({ queryKey: detail.queryKey });
      await vi.waitFor(() => expect(isLate).toBe(true));
      const written = at(2, "Mine");
      held = at(3, "Theirs");
      return Response.json({ ...written, draftVersionId: "v" });
    }
    if (held !== old || isLate) return Response.json(held);
    if (openFlow.getState().progress.type === "saving" && client.isFetching() > 0) {
      isLate = true;
      return new Promise<Response>((resolve, reject) => {
        letGo = () => resolve(Response.json(old));
        signal?.addEventListener("abort", () => reject(signal.reason));
      });
    }
    return Response.json(held);
  });
  const saving = runMutation(client, saveFlow(openFlow, client), "asked");
  await vi.waitFor(() => expect(openFlow.getState().flow.name).not.toBe("Old"));
  letGo();
  await saving;
  expect(openFlow.getState().history.document.name).toBe("Theirs");
  stop();
});
