import { expect, it } from "vitest";
import { type RowPage, joinRowPages } from "./join-row-pages.ts";

type Page = RowPage<{ readonly id: string }>;

const noHidden = new Set<string>();

function buildPage(ids: string, pagination: Partial<Page["pagination"]> = {}): Page {
  return {
    data: ids.split("").map((id) => ({ id })),
    pagination: { currentOffset: 0, hasMore: false, hasPrev: false, ...pagination },
  };
}

const namesOf = (pages: readonly Page[], hidden: ReadonlySet<string> = noHidden) =>
  joinRowPages(pages, hidden)
    .rows.map(({ id }) => id)
    .join("");

it("a list joined from cached pages contains each row of the pages once", () => {
  expect(namesOf([buildPage("abc"), buildPage("cde")])).toBe("abcde");
});

it("a list joined from cached pages knows the number of rows above the first cached page from the page's offset", () => {
  const { before, after } = joinRowPages(
    [buildPage("def", { currentOffset: 300, hasPrev: true, hasMore: true })],
    noHidden,
  );
  expect(before).toBe(300);
  expect(after).toBeGreaterThan(0);
});

it("a list joined from cached pages has no placeholders if the server returns no cursor to more rows", () => {
  const page = buildPage("abc", { hasMore: true });
  expect(joinRowPages([page], noHidden, true)).toMatchObject({ isCutShort: false });
  expect(joinRowPages([page], noHidden, false)).toMatchObject({ after: 0, isCutShort: true });
  expect(joinRowPages([buildPage("abc")], noHidden, false)).toMatchObject({ isCutShort: false });
});

it("a list joined from cached pages leaves out and does not count rows whose deletion is pending", () => {
  const pages = [buildPage("abc", { totalCount: 10 })];
  expect(namesOf(pages, new Set(["b", "z"]))).toBe("ac");
  expect(joinRowPages(pages, new Set(["b", "z"])).total).toBe(9);
});

it("a list joined from cached pages has the lower bound at which the server stopped counting, until a page contains the total", () => {
  const uncounted = buildPage("abc", { hasMore: true, totalAbove: 1000 });
  expect(joinRowPages([uncounted], noHidden)).toMatchObject({ total: undefined, totalAbove: 1000 });
  const counted = buildPage("def", { totalCount: 6 });
  expect(joinRowPages([uncounted, counted], noHidden)).toMatchObject({ total: 6, totalAbove: undefined });
});
