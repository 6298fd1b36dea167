import { QueryClient } from "@tanstack/react-query";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { ApiError } from "#client/data/api/api-error.ts";
import { forgetUnavailableFeatures } from "#client/data/queries/api-features.ts";
import { serverCapabilityQueries } from "#client/data/queries/capability-queries.ts";
import { UnconfirmedRunError, flowRunMutations } from "./run-mutations.ts";

let client: QueryClient;
let requests: string[];
let answers: Readonly<Record<string, () => Response>>;

const capabilities = serverCapabilityQueries.current().queryKey;
const RUN = "POST /v1/flows/flow_1/run-on-record-type";

beforeEach(() => {
  client = new QueryClient();
  client.setQueryData(capabilities, {
    upstream: "https://api.example.com",
    features: { batches: true },
  } as never);
  requests = [];
  answers = {};
  vi.stubGlobal("fetch", async (path: string, { method }: { method: string }) => {
    requests.push(`${method} ${path}`);
    const answer = answers[`${method} ${path}`];
    return answer?.() ?? Response.json({ error: "Not found" }, { status: 404 });
  });
});
afterEach(() => {
  client.clear();
});

const start = () => flowRunMutations.start("flow_1").mutationFn?.("customer", { client } as never);
const startBatch = () =>
  flowRunMutations
    .startOnRecords("flow_1")
    .mutationFn?.(["record_1"], { client } as never)
    .catch((error: unknown) => error);

it("a run of a missing flow fails without marking runs as unavailable", async () => {
  await expect(start()).rejects.toMatchObject({ status: 404 });
  expect(client.getQueryData(capabilities)?.refused).toBeUndefined();
  expect(requests).toEqual([RUN, "GET /v1/flows/flow_1"]);
});

it("a run without a readable answer may have started", async () => {
  for (const answer of ["<html>", '{"success":true}', '{"batchId":']) {
    answers = { [RUN]: () => new Response(answer) };
    await expect(start()).rejects.toBeInstanceOf(UnconfirmedRunError);
  }
});

it("a run whose answer is lost is sent again with its key, if the server runs flows itself", async () => {
  client.setQueryData(capabilities, { mode: "local", features: { liveRuns: true } } as never);
  const keys: (string | null)[] = [];
  vi.stubGlobal("fetch", async (_path: string, { headers }: { headers: Headers }) => {
    keys.push(headers.get("idempotency-key"));
    if (keys.length === 1) throw new TypeError("lost");
    return Response.json({ batchExecutionId: "b", status: "scheduled" });
  });
  expect(await startBatch()).toBe("b");
  expect(new Set(keys).size).toBe(1);
  expect(keys).toHaveLength(2);
});

it.each([
  [409, UnconfirmedRunError],
  [429, UnconfirmedRunError],
  [503, UnconfirmedRunError],
  [422, ApiError],
])("a run whose answer is lost may have started if its repetition fails with %d", async (status, type) => {
  client.setQueryData(capabilities, { mode: "local", features: { liveRuns: true } } as never);
  let sent = 0;
  vi.stubGlobal("fetch", async () => {
    sent += 1;
    if (sent === 1) throw new TypeError("lost");
    return Response.json({ error: "No." }, { status });
  });
  expect(await startBatch()).toBeInstanceOf(type);
});

it("a missing endpoint for batches is distinguished from a missing record", async () => {
  const rows = { activeBatches: 0, recentlyCompleted: 0, batches: [], recent: [] };
  answers = { "GET /v1/batch/summary": () => Response.json(rows) };
  expect(await startBatch()).toMatchObject({ status: 404 });
  answers = {};
  expect(await startBatch()).toMatchObject({ message: "The connected API doesn’t offer this." });
  expect(await startBatch()).toMatchObject({ message: "The connected API doesn’t offer this." });
  expect(requests.filter((request) => request === "POST /v1/batch/flow")).toHaveLength(2);
});

it("a key that may not start a batch can still read batches, which are asked for again after a run has started", async () => {
  const forbidden = { status: 403, headers: { "x-server-key-refused": "1" } };
  answers = { "POST /v1/batch/flow": () => Response.json({ error: "Missing scope" }, forbidden) };
  expect(await startBatch()).toMatchObject({ message: expect.stringContaining("it needs FLOWS:EXECUTE") });
  const server = client.getQueryData(capabilities);
  expect(Object.keys(server?.refused ?? {})).toEqual(["runOnRecords"]);
  const refused = { ...server?.refused, batches: "Missing." };
  client.setQueryData(capabilities, { ...server, refused } as never);
  const retry = "POST /local/batches/b/retry?flowId=flow_1";
  answers = { [retry]: () => Response.json({ batchExecutionId: "c", status: "" }) };
  forgetUnavailableFeatures(client, ["runOnRecords"]);
  const { mutationFn } = flowRunMutations.retry("flow_1", "b");
  expect(await mutationFn?.(undefined, { client } as never)).toBe("c");
  expect(client.getQueryData(capabilities)?.refused).toEqual({});
});
