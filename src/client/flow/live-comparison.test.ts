import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { createElement } from "react";
import { renderToStaticMarkup } from "react-dom/server";
import { expect, it, vi } from "vitest";
import { parseOutline } from "#core/testing/flow-builder.ts";
import { buildPublishedVersion } from "#client/document/testing/build-published-version.ts";
import { versionQueries } from "#client/data/queries/version-queries.ts";
import {
  type LiveVersionComparison,
  fetchLiveVersionId,
  useLiveVersionComparison,
} from "./live-comparison.tsx";

it("reports a failed read of the live version even if an earlier read found no live version", async () => {
  const client = new QueryClient();
  const { queryKey } = versionQueries.published("flow_1");
  client.setQueryData(queryKey, null);
  const fail = () => Promise.reject(new Error("The server did not respond"));
  await client.fetchQuery({ queryKey, queryFn: fail, retry: false }).catch(() => undefined);

  const document = parseOutline("a");
  let comparison: LiveVersionComparison | undefined;
  const Reader = () => {
    comparison = useLiveVersionComparison("flow_1", document);
    return null;
  };
  renderToStaticMarkup(createElement(QueryClientProvider, { client }, createElement(Reader)));
  expect(comparison?.type).toBe("failed");
});

it("reads the live version anew while an earlier read, from before another user's publish, is under way", async () => {
  const client = new QueryClient();
  const endpoint = versionQueries.published("flow_1");
  let live = "old";
  let isHeld = true;
  vi.stubGlobal(
    "fetch",
    vi.fn(async (url: string, { signal }: RequestInit) => {
      if (url.includes("type=published"))
        return Response.json({ flowId: "flow_1", versions: [], publishedVersionId: live });
      if (isHeld) await new Promise((_resolve, reject) => signal?.addEventListener("abort", reject));
      return Response.json(buildPublishedVersion(url.split("/").at(-1) ?? ""));
    }),
  );
  const early = client.query(endpoint).catch(() => undefined);
  await vi.waitFor(() => expect(fetch).toHaveBeenCalledTimes(2));
  live = "new";
  isHeld = false;
  await expect(fetchLiveVersionId(client, "flow_1")).resolves.toBe("new");
  await early;
});
