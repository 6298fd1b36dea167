import { QueryClient } from "@tanstack/react-query";
import { afterEach, expect, test, vi } from "vitest";
import type { Flow } from "#contract/flow.ts";
import { buildFlow, buildStep } from "#core/flow-builder.ts";
import { flowMutations } from "./flow-mutations.ts";
import { runMutation } from "./run-mutation.ts";

afterEach(() => void vi.unstubAllGlobals());

test("where the server counts no versions, a flow that was saved since its preview is not published", async () => {
  const seen = "2026-01-01T00:00:00.000Z";
  const held: Flow = {
    id: "flow_1",
    createdAt: seen,
    updatedAt: "2026-01-01T00:01:00.000Z",
    userId: "user",
    organizationId: null,
    ...buildFlow("Digest", [buildStep("fetch")]),
  };
  const sent: string[] = [];
  vi.stubGlobal("fetch", async (_url: string, { method }: RequestInit) => {
    sent.push(method ?? "");
    return Response.json(held);
  });
  const publish = flowMutations.publish({ id: held.id, updatedAt: seen });
  await expect(runMutation(new QueryClient(), publish, {})).rejects.toMatchObject({ status: 412 });
  expect(sent).toEqual(["GET"]);
});

test("a flow with a number that would come out as another is not duplicated", async () => {
  const text =
    '{"id":"flow_1","name":"Big","flowSteps":[{"id":"a","type":"prompt","name":"A","config":{"n":12345678901234567890}}],"createdAt":"2026-01-01T00:00:00.000Z","updatedAt":"2026-01-01T00:00:00.000Z","userId":"user","organizationId":null}';
  const sent: string[] = [];
  vi.stubGlobal("fetch", async (_url: string, { method }: RequestInit) => {
    sent.push(method ?? "");
    return new Response(text, { headers: { "content-type": "application/json" } });
  });
  const duplicate = runMutation(new QueryClient(), flowMutations.duplicate(), "flow_1");
  await expect(duplicate).rejects.toThrow("cannot keep exactly");
  expect(sent).toEqual(["GET"]);
});
