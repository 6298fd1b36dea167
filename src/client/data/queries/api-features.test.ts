import { QueryClient } from "@tanstack/react-query";
import { beforeEach, expect, it, vi } from "vitest";
import type { ServerCapabilities } from "#contract/local.ts";
import { ApiError, NetworkError, describeRequestErrorForUser } from "#client/data/api/api-error.ts";
import { createMemoryStorage } from "#client/data/testing/memory-storage.ts";
import {
  callApiFeature,
  forgetUnavailableFeatures,
  isUnavailableFeatureError,
  listUnavailableFeatures,
} from "./api-features.ts";
import { canUseFeature, serverCapabilityQueries } from "./capability-queries.ts";

const cloud: ServerCapabilities = {
  mode: "cloud",
  upstream: "https://api.example.com",
  auth: "none",
  signedIn: true,
  scopes: ["*"],
  features: { dispatch: true, batches: true, stepResults: true, usage: "Needs an account." },
};

/** Opens a page of the browser session on a server with these capabilities. */
async function openPage(capabilities: ServerCapabilities = cloud): Promise<QueryClient> {
  vi.stubGlobal("fetch", async () => Response.json(capabilities));
  const client = new QueryClient();
  await client.fetchQuery(serverCapabilityQueries.current());
  return client;
}

const readServer = (client: QueryClient) => client.getQueryData(serverCapabilityQueries.current().queryKey);

async function fail(client: QueryClient, error: unknown, isSubjectThere?: () => Promise<boolean>) {
  const send = async () => Promise.reject(error);
  const request = isSubjectThere ? { isSubjectThere } : {};
  await expect(callApiFeature(client, "batches", send, request)).rejects.toThrow(/./);
}

beforeEach(() => {
  vi.stubGlobal("sessionStorage", createMemoryStorage());
});

it.each([404, 405, 501])(
  "an endpoint that answers %d is remembered as missing after a reload of the page",
  async (status) => {
    const client = await openPage();
    expect(canUseFeature(readServer(client), "batches")).toBe(true);
    await fail(client, new ApiError(status, "Not found"));
    const reloaded = await openPage();
    for (const server of [readServer(client), readServer(reloaded)]) {
      expect(canUseFeature(server, "batches")).toBe(false);
      expect(canUseFeature(server, "dispatch")).toBe(true);
      expect(listUnavailableFeatures(server)).toEqual([
        {
          feature: "batches",
          label: "Runs on several records",
          reason: "The connected API doesn’t offer this.",
        },
      ]);
    }
  },
);

it("a 404 of a missing flow says nothing about the endpoint", async () => {
  const client = await openPage();
  const notFound = new ApiError(404, "Flow not found");
  await fail(client, notFound, async () => false);
  await fail(client, notFound, async () => Promise.reject(new ApiError(404, "Flow not found")));
  await fail(client, notFound, async () => Promise.reject(new NetworkError("offline")));
  expect(listUnavailableFeatures(readServer(client))).toEqual([]);
  await fail(client, notFound, async () => true);
  expect(canUseFeature(readServer(client), "batches")).toBe(false);
});

it("a missing scope of the server's key is remembered with the scope and the API's reason", async () => {
  const client = await openPage();
  await fail(client, new ApiError(403, "Forbidden", { isServerKeyRefused: true }));
  expect(listUnavailableFeatures(readServer(client))).toMatchObject([
    { reason: "Not permitted for this server’s API key: it needs FLOWS:READ. Forbidden." },
  ]);
});

it.each([
  ["a rate limit", new ApiError(429, "Too many requests", { retryAfter: 60 })],
  ["a server error", new ApiError(500, "Internal error")],
  ["a gateway error", new ApiError(502, "Bad gateway")],
  ["a lost connection", new NetworkError("offline")],
  ["a plan limit", new ApiError(402, "Your plan has no batches.")],
  ["an invalid request", new ApiError(400, "Invalid limit")],
  ["a missing scope of the user's own key", new ApiError(403, "Requires FLOWS:READ")],
  ["an answer in another format", new ApiError(200, "Unexpected response from the server.")],
])("%s marks no feature as unavailable", async (_name, error) => {
  const client = await openPage();
  await expect(callApiFeature(client, "batches", async () => Promise.reject(error))).rejects.toBe(error);
  expect(listUnavailableFeatures(readServer(client))).toEqual([]);
});

it("an unavailable feature is not requested until its remembered answer is cleared", async () => {
  const client = await openPage();
  const missing = new ApiError(405, "Method not allowed");
  const send = vi.fn<() => Promise<string>>().mockRejectedValue(missing);
  for (const _ of [1, 2]) {
    const error = await callApiFeature(client, "batches", send).catch((found: unknown) => found);
    expect(isUnavailableFeatureError(error)).toBe(true);
    expect(describeRequestErrorForUser(error)).toBe("The connected API doesn’t offer this.");
  }
  expect(send).toHaveBeenCalledTimes(1);
  await expect(callApiFeature(client, "dispatch", send)).rejects.toThrow(/doesn’t offer/);

  forgetUnavailableFeatures(client, ["batches"]);
  expect(listUnavailableFeatures(readServer(client)).map(({ feature }) => feature)).toEqual(["dispatch"]);
  expect(await callApiFeature(client, "batches", async () => "answer")).toBe("answer");
  forgetUnavailableFeatures(client);
  expect(listUnavailableFeatures(readServer(await openPage()))).toEqual([]);
});

it("a sign-out clears the remembered answers", async () => {
  await fail(await openPage(), new ApiError(405, "Method not allowed"));
  await openPage({ ...cloud, auth: "required", signedIn: false });
  expect(canUseFeature(readServer(await openPage()), "batches")).toBe(true);
});

it("another API, and a server that runs flows itself, start without remembered answers", async () => {
  await fail(await openPage(), new ApiError(405, "Method not allowed"));
  const other = await openPage({ ...cloud, upstream: "https://staging.example.com" });
  expect(canUseFeature(readServer(other), "batches")).toBe(true);
  const local = await openPage({ ...cloud, mode: "local", upstream: undefined });
  await fail(local, new ApiError(404, "Not found"));
  expect(canUseFeature(readServer(local), "batches")).toBe(true);
  expect(canUseFeature(readServer(local), "usage")).toBe(false);
});
