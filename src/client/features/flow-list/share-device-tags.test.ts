import { beforeEach, expect, it, vi } from "vitest";
import { ApiError } from "#client/data/api/api-error.ts";
import { callEndpoint } from "#client/data/api/call-endpoint.ts";
import { changeDeviceTags, deviceTagStore, readDeviceTags } from "#client/data/device/device-tags.ts";
import { stubStorage } from "#client/data/testing/memory-storage.ts";
import { shareDeviceTags } from "./share-device-tags.ts";

vi.mock("#client/data/api/call-endpoint.ts", () => ({ callEndpoint: vi.fn() }));

beforeEach(() => {
  stubStorage();
  for (const id of ["one", "two", "three"]) changeDeviceTags(id, { add: ["Sales", id] });
});

/** Answers requests about each flow with an error, or else with success. */
function answer(errors: Readonly<Record<string, ApiError>>) {
  vi.mocked(callEndpoint).mockReset();
  vi.mocked(callEndpoint).mockImplementation((async (_: string, { params }: { params: { id: string } }) => {
    const error = errors[params.id];
    if (error) throw error;
    return { tags: [] };
  }) as never);
}

const notFound = new ApiError(404, "Flow not found.", {
  details: [{ message: "Flow not found.", code: "NOT_FOUND" }],
});

it("tags that the server has stored are deleted in the browser, and those of missing flows too", async () => {
  answer({ two: notFound });
  expect(await shareDeviceTags()).toMatchObject({ shared: 2, gone: 1, failed: 0 });
  expect(deviceTagStore.getState()).toEqual({});
  expect(vi.mocked(callEndpoint).mock.calls.map(([, input]) => input)).toContainEqual({
    params: { id: "one" },
    body: { add: ["one", "Sales"] },
  });
});

it("tags that the server could not store stay in the browser", async () => {
  answer({ two: new ApiError(409, "The store cannot be used.") });
  expect(await shareDeviceTags()).toEqual({
    shared: 2,
    gone: 0,
    failed: 1,
    reason: "The store cannot be used.",
  });
  expect(Object.keys(deviceTagStore.getState())).toEqual(["two"]);
});

it("tags stay in the browser if a proxy answers with 404, or if the server has none of the flows", async () => {
  answer({ one: new ApiError(404, "Not found") });
  expect(await shareDeviceTags()).toMatchObject({ shared: 2, failed: 1 });
  expect(Object.keys(deviceTagStore.getState())).toEqual(["one"]);
  answer({ one: notFound });
  expect(await shareDeviceTags()).toMatchObject({ shared: 0, gone: 1 });
  expect(readDeviceTags("one")).toEqual(["one", "Sales"]);
});

it("tags that are added while they are shared stay in the browser", async () => {
  vi.mocked(callEndpoint).mockReset();
  vi.mocked(callEndpoint).mockImplementation((async () => {
    changeDeviceTags("two", { add: ["New"] });
    return { tags: [] };
  }) as never);
  await shareDeviceTags();
  expect(deviceTagStore.getState()).toEqual({ two: ["New"] });
});
