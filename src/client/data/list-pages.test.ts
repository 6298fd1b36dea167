import { QueryClient } from "@tanstack/react-query";
import { expect, test } from "vitest";
import { keepOnePage, listPages } from "./list-pages.ts";

const end = { hasMore: false, hasPrev: false, nextCursor: null, prevCursor: null };

test("a page leads on to both sides, each by its own cursor", () => {
  const pagination = { hasMore: true, hasPrev: true, nextCursor: "after", prevCursor: "before" };
  expect(listPages.getNextPageParam({ pagination })).toEqual({ cursor: "after", direction: "next" });
  expect(listPages.getPreviousPageParam({ pagination })).toEqual({ cursor: "before", direction: "prev" });
});

test("nothing lies beyond an end of the list, whatever cursor is told there", () => {
  for (const pagination of [end, { ...end, nextCursor: "last", prevCursor: "first" }]) {
    expect(listPages.getNextPageParam({ pagination })).toBeUndefined();
    expect(listPages.getPreviousPageParam({ pagination })).toBeUndefined();
  }
});

test("of pages from the middle of a list one is kept, as that which is asked for without a cursor", () => {
  const client = new QueryClient();
  const [third, fourth] = [{ data: ["c"] }, { data: ["d"] }];
  client.setQueryData(["list"], { pages: [third, fourth], pageParams: [{ cursor: "c" }, { cursor: "d" }] });
  keepOnePage(client, ["list"]);
  expect(client.getQueryData(["list"])).toEqual({ pages: [third], pageParams: [{}] });

  keepOnePage(client, ["never read"]);
  expect(client.getQueryData(["never read"])).toBeUndefined();
});
