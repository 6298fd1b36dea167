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

test("a list ends at a cursor that leads to its own page, and at a page without new rows", () => {
  const { getNextPageParam, getPreviousPageParam } = infiniteListQueryOptions;
  const pagination = { hasMore: true, hasPrev: true, nextCursor: "same", prevCursor: "same" };
  const page = { data: rows("a"), pagination };
  expect(getNextPageParam(page, [page], { cursor: "same" })).toBeUndefined();
  expect(getPreviousPageParam(page, [page], { cursor: "same" })).toBeUndefined();
  const [repeated, newer] = [rows("a"), rows("a", "b")].map((data) => ({ data, pagination })) as [
    typeof page,
    typeof page,
  ];
  expect(getNextPageParam(repeated, [page, repeated], { cursor: "1" })).toBeUndefined();
  expect(getNextPageParam(newer, [page, newer], { cursor: "1" })).toMatchObject({ cursor: "same" });
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
