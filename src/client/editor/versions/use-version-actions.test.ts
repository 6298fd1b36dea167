import { QueryClient } from "@tanstack/react-query";
import { expect, it, vi } from "vitest";
import { callEndpoint } from "#client/data/api/call-endpoint.ts";
import { serverCapabilityQueries } from "#client/data/queries/capability-queries.ts";
import { REPEATING_CURSOR_KINDS, createRepeatingList } from "#client/data/testing/repeating-list.ts";
import { findVersionBefore } from "./use-version-actions.ts";

vi.mock("#client/data/api/call-endpoint.ts", () => ({ callEndpoint: vi.fn() }));

it.each(REPEATING_CURSOR_KINDS)(
  "the search for an older version ends at a server that answers with %s",
  async (kind) => {
    const client = new QueryClient();
    client.setQueryData(serverCapabilityQueries.current().queryKey, { mode: "cloud" } as never);
    const answer = () => {
      const list = createRepeatingList(kind, (index) => ({ id: `${index}`, versionNumber: 9 - index }));
      vi.mocked(callEndpoint).mockImplementation((async () => {
        const { rows, pagination } = list.answer();
        return { versions: rows, pagination };
      }) as never);
      return list;
    };
    const found = answer();
    expect(await findVersionBefore(client, "flow_1", 8)).toMatchObject({ versionNumber: 7 });
    expect(found.countRequests()).toBe(2);

    const missing = answer();
    expect(await findVersionBefore(client, "flow_1", 3)).toBeUndefined();
    expect(missing.countRequests()).toBeLessThanOrEqual(3);
  },
);
