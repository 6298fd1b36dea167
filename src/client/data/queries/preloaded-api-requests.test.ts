import { QueryClient } from "@tanstack/react-query";
import { afterEach, expect, it, vi } from "vitest";
import { listPreloadedApiRequestUrls } from "#contract/preloaded-api-requests.ts";
import { serverCapabilityQueries } from "./capability-queries.ts";
import { environmentQueries } from "./environment-queries.ts";
import { flowQueries } from "./flow-queries.ts";
import { recordQueries } from "./record-queries.ts";
import { flowRunQueries } from "./run-queries.ts";
import { scheduleQueries } from "./schedule-queries.ts";
import { serverQueries } from "./server-queries.ts";

const capabilities = (client: QueryClient) => client.query(serverCapabilityQueries.current());
const events = { hasEvents: true };

afterEach(() => vi.unstubAllGlobals());

it.each<[string, readonly ((client: QueryClient) => Promise<unknown>)[]]>([
  ["/flows", [(client) => client.infiniteQuery(flowQueries.list({}))]],
  ["/records", [(client) => client.query(recordQueries.types())]],
  [
    "/environment",
    [
      (client) => client.query(environmentQueries.current()),
      (client) => client.query(serverQueries.status()),
      (client) => client.query(serverQueries.secrets()),
    ],
  ],
  ["/runs", [(client) => client.infiniteQuery(flowRunQueries.batches(undefined, {}, events))]],
  ["/runs/schedules", [(client) => client.infiniteQuery(scheduleQueries.list({}))]],
  [
    "/flows/flow_1/runs",
    [
      (client) => client.query(flowQueries.detail("flow_1")),
      (client) => client.infiniteQuery(flowRunQueries.batches("flow_1", {}, events)),
    ],
  ],
])("the page at %s requests what its HTML has requested already", async (path, reads) => {
  const requested: string[] = [];
  vi.stubGlobal("fetch", (url: string) => {
    requested.push(url);
    return new Promise(() => undefined);
  });
  const client = new QueryClient();
  for (const read of [capabilities, ...reads]) void read(client);
  await vi.waitFor(() => expect(requested).toHaveLength(reads.length + 1));
  expect(requested.toSorted()).toEqual(listPreloadedApiRequestUrls(path, "").toSorted());
});

it("an address with a search or filter requests only what needs no query", () => {
  expect(listPreloadedApiRequestUrls("/flows", "?search=a")).toEqual(["/local/capabilities"]);
  expect(listPreloadedApiRequestUrls("/flows/flow_1/runs", "?outcome=failed")).toHaveLength(2);
});

it("a server that runs no flows is not asked for their runs", () => {
  expect(listPreloadedApiRequestUrls("/runs", "", { runsFlows: false })).toEqual(["/local/capabilities"]);
});
