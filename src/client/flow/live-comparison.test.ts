import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { createElement } from "react";
import { renderToStaticMarkup } from "react-dom/server";
import { expect, it } from "vitest";
import { parseOutline } from "#core/testing/flow-builder.ts";
import { versionQueries } from "#client/data/queries/version-queries.ts";
import { type LiveVersionComparison, useLiveVersionComparison } from "./live-comparison.tsx";

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
