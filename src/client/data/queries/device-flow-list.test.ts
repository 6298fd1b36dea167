import { QueryClient } from "@tanstack/react-query";
import { beforeEach, expect, it, vi } from "vitest";
import { callEndpoint } from "#client/data/api/call-endpoint.ts";
import { serverCapabilityQueries } from "./capability-queries.ts";
import { readFlowPage } from "./flow-queries.ts";
import { NO_FLOW_IDS } from "./no-flow-ids.ts";

vi.mock("#client/data/api/call-endpoint.ts", () => ({ callEndpoint: vi.fn() }));
vi.mock("#client/data/device/device-tags.ts", () => ({
  readDeviceTags: (id: string) => (["f3", "f150"].includes(id) ? ["sales"] : []),
  findFlowsWithDeviceTags: () => ["f3", "f150", "gone"],
}));

const row = (index: number) => ({ id: `f${index}`, name: `Flow ${index}` });
const client = new QueryClient();
const setMode = (hasTags: boolean) =>
  client.setQueryData(serverCapabilityQueries.current().queryKey, {
    features: hasTags ? { tags: true } : {},
  } as never);

/** Answers like an API that ignores filters by tags and ids. */
function answerPages() {
  vi.mocked(callEndpoint).mockImplementation((async (
    _: string,
    { query }: { query: { cursor?: string } },
  ) => {
    const from = Number(query.cursor ?? 0);
    const data = Array.from({ length: 100 }, (_row, index) => row(from + index));
    const hasMore = from < 200;
    return { data, pagination: { hasMore, nextCursor: hasMore ? String(from + 100) : null } };
  }) as never);
}

beforeEach(() => {
  vi.mocked(callEndpoint).mockReset();
  answerPages();
});

it("rows of a server without tags get the tags that the browser keeps", async () => {
  setMode(false);
  const { data } = await readFlowPage(client, {});
  expect(data.map(({ tags }) => tags).slice(2, 5)).toEqual([[], ["sales"], []]);
});

it("a filter by tags is applied in the browser, by reading the list until all flows are found", async () => {
  setMode(false);
  const { data, pagination } = await readFlowPage(client, { tag: ["sales"], sort: "name" });
  expect(data.map(({ id }) => id)).toEqual(["f3", "f150"]);
  expect(pagination).toMatchObject({ hasMore: false, totalCount: 2 });
  for (const [, input] of vi.mocked(callEndpoint).mock.calls) expect(input.query).not.toHaveProperty("tag");
  expect(vi.mocked(callEndpoint)).toHaveBeenCalledTimes(3);
});

it("ids and tags filter together, and reading stops once all flows are found", async () => {
  setMode(false);
  const { data } = await readFlowPage(client, { tag: ["sales"], ids: "f3,f4" });
  expect(data.map(({ id }) => id)).toEqual(["f3"]);
  expect(vi.mocked(callEndpoint)).toHaveBeenCalledTimes(1);
  expect((await readFlowPage(client, { ids: NO_FLOW_IDS })).data).toEqual([]);
  expect(vi.mocked(callEndpoint)).toHaveBeenCalledTimes(1);
});

it("a server with tags filters itself", async () => {
  setMode(true);
  const page = { data: [{ ...row(1), tags: ["a"] }], pagination: {} };
  vi.mocked(callEndpoint).mockResolvedValue(page);
  expect(await readFlowPage(client, { tag: ["a"] })).toBe(page);
  expect(vi.mocked(callEndpoint).mock.calls[0]?.[1]).toMatchObject({ query: { tag: ["a"] } });
});
