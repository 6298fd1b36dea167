import { QueryClient } from "@tanstack/react-query";
import { expect, test } from "vitest";
import { dropCachedListPagesExceptFirst, infiniteListQueryOptions } from "./list-pages.ts";

const end = { hasMore: false, hasPrev: false, nextCursor: null, prevCursor: null };

const rows = (...ids: readonly string[]) => ids.map((id) => ({ id }));

test("a page has a cursor for each direction", () => {
  const pagination = { hasMore: true, hasPrev: true, nextCursor: "after", prevCursor: "before" };
  const data = rows("a");
  expect(infiniteListQueryOptions.getNextPageParam({ data, pagination }, [], {})).toEqual({
    cursor: "after",
    direction: "next",
  });
  expect(infiniteListQueryOptions.getPreviousPageParam({ data, pagination }, [], {})).toEqual({
    cursor: "before",
    direction: "prev",
  });
});

test("a list requests no page beyond its start or end, even if the server returns a cursor", () => {
  for (const pagination of [end, { ...end, nextCursor: "last", prevCursor: "first" }]) {
    const data = rows("a");
    expect(infiniteListQueryOptions.getNextPageParam({ data, pagination }, [], {})).toBeUndefined();
    expect(infiniteListQueryOptions.getPreviousPageParam({ data, pagination }, [], {})).toBeUndefined();
  }
});

test("discarding all pages but the first removes the cursor of the first page", () => {
  const client = new QueryClient();
  const [third, fourth] = [{ data: ["c"] }, { data: ["d"] }];
  client.setQueryData(["list"], { pages: [third, fourth], pageParams: [{ cursor: "c" }, { cursor: "d" }] });
  dropCachedListPagesExceptFirst(client, ["list"]);
  expect(client.getQueryData(["list"])).toEqual({ pages: [third], pageParams: [{}] });

  dropCachedListPagesExceptFirst(client, ["never read"]);
  expect(client.getQueryData(["never read"])).toBeUndefined();
});
