import { QueryClient } from "@tanstack/react-query";
import { expect, it, vi } from "vitest";
import { ApiError } from "#client/data/api/api-error.ts";
import { callEndpoint } from "#client/data/api/call-endpoint.ts";
import { REPEATING_CURSOR_KINDS, createRepeatingList } from "#client/data/testing/repeating-list.ts";
import { exportFlows } from "./export-flows.ts";
import { findExistingFlows } from "./import/find-existing-flows.ts";

vi.mock("#client/data/api/call-endpoint.ts", () => ({
  callEndpoint: vi.fn(),
  callEndpointForValueAndText: vi.fn().mockRejectedValue(new ApiError(404, "Not found")),
}));

const signal = new AbortController().signal;

function answerRepeatedly(kind: (typeof REPEATING_CURSOR_KINDS)[number]) {
  const list = createRepeatingList(kind, (index) => ({ id: `${index}`, name: `Flow ${index}`, tags: [] }));
  vi.mocked(callEndpoint).mockImplementation((async () => {
    const { rows, pagination } = list.answer();
    return { data: rows, pagination };
  }) as never);
  return list;
}

it.each(REPEATING_CURSOR_KINDS)(
  "an export of all flows ends at a server that answers with %s, and is reported as cut short",
  async (kind) => {
    const list = answerRepeatedly(kind);
    const { failures, isCutShort } = await exportFlows({
      client: new QueryClient(),
      source: {},
      format: "zip",
      signal,
      onProgress: () => undefined,
    });
    expect(failures.map(({ name }) => name).toSorted()).toEqual(["Flow 0", "Flow 1", "Flow 2", "Flow 3"]);
    expect(isCutShort).toBe(true);
    expect(list.countRequests()).toBeLessThanOrEqual(3);
  },
);

it("an export of selected flows is not cut short", async () => {
  const source = [{ id: "a", name: "A" }];
  const options = { client: new QueryClient(), format: "zip", signal, onProgress: () => undefined } as const;
  expect(await exportFlows({ ...options, source })).toMatchObject({ exported: 0, isCutShort: false });
});

it.each(REPEATING_CURSOR_KINDS)(
  "an import compares the names of each flow once if the server answers with %s",
  async (kind) => {
    const all = answerRepeatedly(kind);
    const names = new Set(Array.from({ length: 30 }, (_, index) => `Flow ${index}`));
    const existing = await findExistingFlows(names, signal);
    expect([...existing.byName].map(([name, flows]) => [name, flows.length])).toEqual([
      ["Flow 0", 1],
      ["Flow 1", 1],
      ["Flow 2", 1],
      ["Flow 3", 1],
    ]);
    expect(existing.isComplete).toBe(false);
    expect(all.countRequests()).toBeLessThanOrEqual(3);
  },
);

it("an import compares at most 200 pages of flows", async () => {
  let requests = 0;
  vi.mocked(callEndpoint).mockImplementation((async () => {
    requests += 1;
    const data = [{ id: `${requests}`, name: "Digest" }];
    return { data, pagination: { hasMore: true, nextCursor: `${requests}` } };
  }) as never);
  const { byName, isComplete } = await findExistingFlows(new Set(["Digest"]), signal);
  expect(requests).toBe(200);
  expect(byName.get("Digest")).toHaveLength(200);
  expect(isComplete).toBe(false);
});
