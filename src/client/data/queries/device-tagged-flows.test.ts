import { QueryClient } from "@tanstack/react-query";
import { beforeEach, expect, it, vi } from "vitest";
import { NO_FLOW_IDS } from "#contract/flow.ts";
import { callEndpoint } from "#client/data/api/call-endpoint.ts";
import { pageUserIdentityTracker } from "#client/data/api/page-identity.ts";
import { serverCapabilityQueries } from "./capability-queries.ts";
import { readFlowPage } from "./flow-queries.ts";

const TAGGED = ["f3", ...Array.from({ length: 149 }, (_, index) => `g${index}`)];

vi.mock("#client/data/api/call-endpoint.ts", () => ({ callEndpoint: vi.fn() }));
vi.mock("#client/data/device/device-tags.ts", () => ({
  // Stored by user.
  readDeviceTags: (id: string) => (areCapabilitiesKnown() && TAGGED.includes(id) ? ["sales"] : []),
  findFlowsWithDeviceTags: () => TAGGED,
}));

const client = new QueryClient();
const areCapabilitiesKnown = () =>
  client.getQueryData(serverCapabilityQueries.current().queryKey) !== undefined;
const setFeatures = (...names: string[]) =>
  client.setQueryData(serverCapabilityQueries.current().queryKey, {
    features: Object.fromEntries(names.map((name) => [name, true])),
  } as never);
const row = (id: string) => ({ id, name: id });
const listQueries = () =>
  vi.mocked(callEndpoint).mock.calls.map(([, input]) => input.query as { readonly ids?: string });

beforeEach(() => {
  client.clear();
  vi.mocked(callEndpoint).mockReset();
  vi.mocked(callEndpoint).mockImplementation((async (_: string, { query }: { query?: { ids?: string } }) => ({
    data: (query?.ids?.split(",") ?? ["f2", "f3"]).filter((id) => id !== NO_FLOW_IDS).map(row),
    pagination: { hasMore: true, nextCursor: "next" },
  })) as never);
});

it("rows of a server that cannot store tags get the tags that the browser keeps", async () => {
  setFeatures();
  const { data, pagination } = await readFlowPage(client, { sort: "name", ids: "f1,f3" });
  expect(data.map(({ tags }) => tags)).toEqual([[], ["sales"]]);
  expect(pagination).toMatchObject({ nextCursor: "next" });
  expect(listQueries()).toEqual([{ sort: "name", ids: "f1,f3" }]);
});

it("rows without tags get those that the browser keeps once the capabilities and the user are known", async () => {
  vi.spyOn(pageUserIdentityTracker, "adopt").mockReturnValue(true);
  expect((await readFlowPage(client, {})).data.map(({ tags }) => tags)).toEqual([[], ["sales"]]);
  expect(vi.mocked(callEndpoint).mock.calls.map(([name]) => name)).toEqual(["listFlows", "getCapabilities"]);
});

it("a filter by tags that the browser keeps asks for the ids of the flows, a page of them at a time", async () => {
  setFeatures();
  const { data, pagination } = await readFlowPage(client, { tag: ["sales"], sort: "name", cursor: "x" });
  expect(data.map(({ id }) => id)).toEqual(TAGGED);
  expect(pagination).toMatchObject({ hasMore: false, nextCursor: null, totalCount: 150 });
  expect(listQueries().map((query) => ({ ...query, ids: query.ids?.split(",").length }))).toEqual([
    { sort: "name", limit: "100", ids: 100 },
    { sort: "name", limit: "100", ids: 50 },
  ]);
});

it("ids and tags that the browser keeps filter together", async () => {
  setFeatures();
  expect((await readFlowPage(client, { tag: ["sales"], ids: "f3,f4" })).data.map(({ id }) => id)).toEqual([
    "f3",
  ]);
  expect((await readFlowPage(client, { tag: ["sales"], ids: "f4" })).data).toEqual([]);
  expect(listQueries().map((query) => query.ids)).toEqual(["f3", NO_FLOW_IDS]);
});
