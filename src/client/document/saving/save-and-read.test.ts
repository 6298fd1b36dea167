import { openSaved } from "#client/document/testing/receive.ts";
import { QueryClient, QueryObserver } from "@tanstack/react-query";
import { expect, test, vi } from "vitest";
import { buildFlow, buildStep } from "#core/testing/flow-builder.ts";
import { flowQueries } from "#client/data/queries/flow-queries.ts";
import { runMutationOutsideComponent } from "#client/data/queries/keep-query-errors.ts";
import { createSaveFlowMutationOptions } from "./save-flow.ts";
import { buildServerFlow } from "#client/document/testing/build-server-flow.ts";

test("a read requested during a save runs after the save, even if the save sent nothing", async () => {
  const flow = buildServerFlow(buildFlow("Digest", [buildStep("fetch")]));
  const newer = { ...flow, name: "Theirs", versionToken: "2-x" };
  const client = new QueryClient();
  const detail = flowQueries.detail(flow.id);
  client.setQueryData(detail.queryKey, { flow, isInexact: false });
  const observer = new QueryObserver(client, { ...detail, staleTime: Infinity });
  const stop = observer.subscribe(() => undefined);
  const openFlow = openSaved(flow);
  openFlow.edit({ type: "renameFlow", name: "Mine" });
  openFlow.receive({
    type: "failed",
    failure: { type: "busy", message: "Slow down.", retryAfterMs: undefined },
  });
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
  await runMutationOutsideComponent(client, createSaveFlowMutationOptions(openFlow, client), "resumed");
  await vi.waitFor(() => expect(observer.getCurrentResult().data?.flow.name).toBe("Theirs"));
  stop();
});

test("a read that started before a write is ignored on a server that counts no revisions", async () => {
  const { revision: _, ...flow } = buildServerFlow(buildFlow("Digest", []));
  const at = (second: number, name: string) => ({
    ...flow,
    name,
    versionToken: name,
    updatedAt: `2026-01-01T00:00:0${second}.000Z`,
  });
  const old = at(1, "Old");
  const client = new QueryClient();
  const detail = flowQueries.detail(flow.id);
  client.setQueryData(detail.queryKey, { flow: old, isInexact: false });
  const stop = new QueryObserver(client, { ...detail, staleTime: Infinity }).subscribe(() => undefined);
  const openFlow = openSaved(old);
  openFlow.edit({ type: "renameFlow", name: "Mine" });

  // Simulates the server for these requests, in this order: the write, and a refetch that the server answers late.
  let held = old;
  let answerRefetch = () => {};
  let isRefetching = false;
  vi.stubGlobal("fetch", async (_url: string, { method, signal }: RequestInit) => {
    if (method === "PUT") {
      void client.invalidateQueries({ queryKey: detail.queryKey });
      await vi.waitFor(() => expect(isRefetching).toBe(true));
      held = at(2, "Mine");
      return Response.json({ ...held, draftVersionId: "v" });
    }
    if (held !== old) return Response.json(held);
    if (openFlow.getState().progress.type === "saving" && client.isFetching() > 0) {
      isRefetching = true;
      return new Promise<Response>((resolve, reject) => {
        answerRefetch = () => resolve(Response.json(old));
        signal?.addEventListener("abort", () => reject(signal.reason));
      });
    }
    return Response.json(held);
  });
  const saving = runMutationOutsideComponent(
    client,
    createSaveFlowMutationOptions(openFlow, client),
    "asked",
  );
  await vi.waitFor(() => expect(openFlow.getState().flow.name).not.toBe("Old"));
  answerRefetch();
  await saving;
  expect(openFlow.getState().flow.name).toBe("Mine");
  stop();
});

test.each(["before", "after"])(
  "a flow deleted right %s the response to its save stays deleted on the page",
  async (moment) => {
    const flow = buildServerFlow(buildFlow("Digest", []));
    const client = new QueryClient();
    const { queryKey } = flowQueries.detail(flow.id);
    const openFlow = openSaved(flow);
    openFlow.edit({ type: "renameFlow", name: "Mine" });
    vi.stubGlobal("fetch", async () => {
      if (moment === "before") openFlow.receive({ type: "deleted" });
      return Response.json({ ...flow, name: "Mine", versionToken: "2-x", draftVersionId: "v" });
    });
    await runMutationOutsideComponent(client, createSaveFlowMutationOptions(openFlow, client), "asked");
    if (moment === "after") openFlow.receive({ type: "deleted" });
    const saved = client.getQueryData(queryKey);
    expect(saved?.flow.name).toBe("Mine");
    // The editor passes each cached version to the open flow after a render, which may be late.
    if (saved) openFlow.receive({ type: "version", ...saved });
    expect(openFlow.getState().progress.type).toBe("deleted");
  },
);
