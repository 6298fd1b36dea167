import { type InfiniteData, QueryClient } from "@tanstack/react-query";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { callEndpoint } from "#client/data/api/call-endpoint.ts";
import { REPEATING_CURSOR_KINDS, createRepeatingList } from "#client/data/testing/repeating-list.ts";
import { serverCapabilityQueries } from "./capability-queries.ts";
import { flowQueries } from "./flow-queries.ts";
import { readAllPages } from "#core/read-all-pages.ts";
import { readAllFlows } from "./read-all-flows.ts";
import { recordQueries } from "./record-queries.ts";
import { flowRunQueries } from "./run-queries.ts";
import { readAllStepUses, stepSearchQueries } from "./step-search-queries.ts";
import { versionQueries } from "./version-queries.ts";

vi.mock("#client/data/api/call-endpoint.ts", () => ({ callEndpoint: vi.fn() }));

const client = new QueryClient();
const signal = new AbortController().signal;
const kinds = REPEATING_CURSOR_KINDS.map((kind) => ({ kind }));

const createRow = (index: number) => ({
  id: `row_${index}`,
  recordId: `record_${index}`,
  batchExecutionId: `batch_${index}`,
  status: "failed",
  tags: [],
});

/** Answers the requests of lists like a faulty server. Other requests get an empty object. */
function answerRepeatedly(kind: (typeof REPEATING_CURSOR_KINDS)[number]) {
  const list = createRepeatingList(kind, createRow);
  vi.mocked(callEndpoint).mockImplementation((async (name: string) => {
    if (!/^(?:list|search)/.test(name)) return {};
    const { rows, pagination } = list.answer();
    return { data: rows, versions: rows, pagination, index: { complete: true } };
  }) as never);
  return { list };
}

beforeEach(() => {
  client.clear();
  const server = { mode: "local", features: { tags: true } };
  client.setQueryData(serverCapabilityQueries.current().queryKey, server as never);
});

describe.each(kinds)("with a server that repeats its last page with $kind", ({ kind }) => {
  it("a read of all pages ends, and reports that the list is cut short", async () => {
    const { list } = answerRepeatedly(kind);
    const read = vi.fn(async (_cursor: string) => {
      const { rows, pagination } = list.answer();
      return { data: rows, pagination };
    });
    const pages = [];
    for await (const { rows, isCutShort } of readAllPages(read, ({ id }) => id))
      pages.push([rows.length, isCutShort]);
    const isKnownCursor = kind === "the same cursor";
    expect(pages).toEqual(
      isKnownCursor
        ? [
            [2, false],
            [2, true],
          ]
        : [
            [2, false],
            [2, false],
            [0, true],
          ],
    );
    expect(read).toHaveBeenCalledTimes(pages.length);
    expect(read.mock.calls[0]).toEqual([""]);
  });

  it("a read of all flows or of all uses of a model ends, without rows twice", async () => {
    const flows = answerRepeatedly(kind);
    const ids: string[] = [];
    for await (const { rows } of readAllFlows(client, {}, signal)) ids.push(...rows.map(({ id }) => id));
    expect(ids).toEqual(["row_0", "row_1", "row_2", "row_3"]);
    expect(flows.list.countRequests()).toBeLessThanOrEqual(3);

    const uses = answerRepeatedly(kind);
    const found = await readAllStepUses("model", "gpt", 1000, signal);
    expect(found.flows.map(({ id }) => id)).toEqual(ids);
    expect(found.isComplete).toBe(false);
    expect(uses.list.countRequests()).toBeLessThanOrEqual(3);
  });

  it("a read of step results by offset ends", async () => {
    const local = answerRepeatedly(kind);
    const { data } = await client.fetchQuery(flowRunQueries.execution("flow_1", "exec_1"));
    expect(data).toHaveLength(4);
    expect(local.list.countRequests()).toBe(3);
  });

  it.each<[string, object]>([
    ["flows", flowQueries.list({})],
    ["versions", versionQueries.list("flow_1", undefined)],
    ["batches", flowRunQueries.batches("flow_1", {}, { hasEvents: true })],
    ["records of a batch", flowRunQueries.records("flow_1", "batch_1", undefined)],
    ["step results", flowRunQueries.stepResults("flow_1", {})],
    ["step results of a record", recordQueries.stepResults("record_1")],
    ["found steps", stepSearchQueries.search("mail")],
    ["step uses", stepSearchQueries.uses("model", "gpt")],
  ])("the list of %s ends", async (_name, options) => {
    const { list } = answerRepeatedly(kind);
    const { pages } = await client.fetchInfiniteQuery<unknown, Error, InfiniteData<unknown>>({
      ...options,
      pages: 10,
    } as never);
    expect(pages.length).toBeLessThanOrEqual(3);
    expect(list.countRequests()).toBe(pages.length);
  });
});

it("a list with a proper end is not cut short, and a page may repeat rows in addition to new rows", async () => {
  const pages = [
    { data: ["a", "b"], pagination: { hasMore: true, nextCursor: "1" } },
    { data: ["b", "c"], pagination: { nextCursor: "2" } },
    { data: ["d"], pagination: { hasMore: false, nextCursor: "2" } },
  ];
  const cursors: string[] = [];
  const rows: string[] = [];
  for await (const page of readAllPages(
    async (cursor) => {
      cursors.push(cursor);
      return pages[cursors.length - 1] ?? { data: [] };
    },
    (id) => id,
  )) {
    rows.push(...page.rows);
    expect(page.isCutShort).toBe(false);
  }
  expect(cursors).toEqual(["", "1", "2"]);
  expect(rows).toEqual(["a", "b", "c", "d"]);
});

it("a search in steps continues after an empty page", () => {
  const { getNextPageParam } = stepSearchQueries.search("two words");
  const page = { data: [], pagination: { limit: 50, hasMore: true, nextCursor: "next" } } as never;
  expect(getNextPageParam(page, [page], "", [""])).toBe("next");
  expect(getNextPageParam(page, [page], "next", ["", "next"])).toBeNull();
});
