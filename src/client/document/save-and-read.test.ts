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
