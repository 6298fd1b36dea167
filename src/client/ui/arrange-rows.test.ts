import { describe, expect, it } from "vitest";
import { type RowPage, arrangeRows } from "./arrange-rows.ts";

type Page = RowPage<{ readonly id: string }>;

const nothing = new Set<string>();

function buildPage(ids: string, pagination: Partial<Page["pagination"]> = {}): Page {
  return {
    data: ids.split("").map((id) => ({ id })),
    pagination: {
      currentOffset: 0,
      hasMore: false,
      hasPrev: false,
      ...pagination,
    },
  };
}

const namesOf = (pages: readonly Page[], hidden: ReadonlySet<string> = nothing) =>
  arrangeRows(pages, hidden)
    .rows.map(({ id }) => id)
    .join("");

describe("the rows of several pages", () => {
  it("stand in one line, each flow once", () => {
    expect(namesOf([buildPage("abc"), buildPage("cde")])).toBe("abcde");
  });

  it("leave room for the pages above that are no longer kept", () => {
    const { before, after } = arrangeRows(
      [buildPage("def", { currentOffset: 300, hasPrev: true, hasMore: true })],
      nothing,
    );
    expect(before).toBe(300);
    expect(after).toBeGreaterThan(0);
  });

  it("keep a row to scroll up to when the server lost count of what is above", () => {
    expect(arrangeRows([buildPage("def", { hasPrev: true })], nothing).before).toBe(1);
    expect(arrangeRows([buildPage("def", { currentOffset: 7 })], nothing).before).toBe(0);
  });

  it("leave out, and do not count, flows that are about to be deleted", () => {
    const pages = [buildPage("abc", { totalCount: 10 })];
    expect(namesOf(pages, new Set(["b", "z"]))).toBe("ac");
    expect(arrangeRows(pages, new Set(["b", "z"])).total).toBe(9);
  });

  it("have no total where the server sent none", () => {
    expect(arrangeRows([buildPage("abc")], nothing).total).toBeUndefined();
    expect(arrangeRows([], nothing)).toEqual({ before: 0, rows: [], after: 0, total: undefined });
  });
});
