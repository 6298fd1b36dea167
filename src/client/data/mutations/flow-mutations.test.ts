import { QueryClient } from "@tanstack/react-query";
import { expect, test, vi } from "vitest";
import type { Flow } from "#contract/flow.ts";
import { buildFlow, buildStep } from "#core/testing/flow-builder.ts";
import { flowMutations } from "./flow-mutations.ts";
import { runMutationOutsideComponent } from "#client/data/queries/keep-query-errors.ts";

const MADE = "2026-01-01T00:00:00.000Z";

const flowOf = (id: string, updatedAt: string): Flow => ({
  id,
  createdAt: MADE,
  updatedAt,
  userId: "user",
  organizationId: null,
  ...buildFlow("Digest", [buildStep("fetch")]),
});

test("a flow without a version token, as in a row of the list, is published in the version of its date", async () => {
  const sent: (string | null)[] = [];
  vi.stubGlobal("fetch", async (_url: string, { headers }: RequestInit) => {
    sent.push(new Headers(headers).get("if-match"));
    return Response.json({ success: true, message: "Published.", publishedVersionId: "v" });
  });
  const publish = flowMutations.publish({ id: "flow_1", updatedAt: MADE });
  await runMutationOutsideComponent(new QueryClient(), publish, {});
  expect(sent).toEqual([`"${MADE}"`]);
});

test("a flow with a number that JavaScript cannot represent exactly is not duplicated", async () => {
  const text =
    '{"id":"flow_1","name":"Big","flowSteps":[{"id":"a","type":"prompt","name":"A","config":{"n":12345678901234567890}}],"createdAt":"2026-01-01T00:00:00.000Z","updatedAt":"2026-01-01T00:00:00.000Z","userId":"user","organizationId":null}';
  const sent: string[] = [];
  vi.stubGlobal("fetch", async (_url: string, { method }: RequestInit) => {
    sent.push(method ?? "");
    return new Response(text, { headers: { "content-type": "application/json" } });
  });
  const duplicate = runMutationOutsideComponent(new QueryClient(), flowMutations.duplicate(), "flow_1");
  await expect(duplicate).rejects.toThrow("too precise to copy");
  expect(sent).toEqual(["GET"]);
});

function serveFlow(id: string) {
  let held: Flow = flowOf(id, MADE);
  let revision = 1;
  const tokenOf = () => `${revision}-x`;
  const answer = (): Flow => ({ ...held, versionToken: tokenOf() });
  const write = (change: Partial<Flow>) => {
    held = { ...held, ...change };
    revision += 1;
  };
  let isGone = false;
  vi.stubGlobal("fetch", async (_url: string, { method, headers, body }: RequestInit) => {
    const expected = new Headers(headers).get("if-match");
    if (expected !== null && expected !== `"${tokenOf()}"`)
      return Response.json({ error: "Precondition failed" }, { status: 412 });
    if (method === "PUT") write(JSON.parse(body as string) as Partial<Flow>);
    if (method === "DELETE") isGone = true;
    return method === "DELETE" ? new Response(null, { status: 204 }) : Response.json(answer());
  });
  const restore = (backup: Flow) => {
    held = backup;
    revision = 1;
  };
  return { seen: answer(), write, restore, nameNow: () => held.name, isGone: () => isGone };
}

test("a flow can be renamed and deleted right after this tab has renamed it, although its row is stale", async () => {
  const { seen, nameNow, isGone } = serveFlow("flow_2");
  const client = new QueryClient();
  const renames = ["B", "C"].map((name) =>
    runMutationOutsideComponent(client, flowMutations.rename(seen), name),
  );
  await Promise.all(renames);
  expect(nameNow()).toBe("C");
  await runMutationOutsideComponent(client, flowMutations.remove(seen), undefined);
  expect(isGone()).toBe(true);
});

test("a flow that another client has renamed since its row was loaded can be neither deleted nor renamed", async () => {
  const { seen, write, nameNow, isGone } = serveFlow("flow_3");
  const client = new QueryClient();
  await runMutationOutsideComponent(client, flowMutations.rename(seen), "B");
  write({ name: "Theirs" });
  await expect(
    runMutationOutsideComponent(client, flowMutations.remove(seen), undefined),
  ).rejects.toMatchObject({ status: 412 });
  await expect(runMutationOutsideComponent(client, flowMutations.rename(seen), "C")).rejects.toThrow(
    "renamed to Theirs",
  );
  expect([nameNow(), isGone()]).toEqual(["Theirs", false]);
});

test("a flow whose description has changed since its row was loaded can be renamed, but not deleted", async () => {
  const { seen, write, nameNow, isGone } = serveFlow("flow_4");
  const client = new QueryClient();
  write({ description: "Theirs" });
  await Promise.all(
    ["B", "C"].map((name) => runMutationOutsideComponent(client, flowMutations.rename(seen), name)),
  );
  expect(nameNow()).toBe("C");
  await expect(
    runMutationOutsideComponent(client, flowMutations.remove(seen), undefined),
  ).rejects.toMatchObject({ status: 412 });
  expect(isGone()).toBe(false);
});

test("a flow whose rename was reverted by restoring a backup can be renamed and deleted", async () => {
  const { seen, restore, nameNow, isGone } = serveFlow("flow_5");
  const client = new QueryClient();
  await runMutationOutsideComponent(client, flowMutations.rename(seen), "B");
  restore(seen);
  await runMutationOutsideComponent(client, flowMutations.rename(seen), "C");
  expect(nameNow()).toBe("C");
  restore(seen);
  await runMutationOutsideComponent(client, flowMutations.remove(seen), undefined);
  expect(isGone()).toBe(true);
});
