import { expect, it, vi } from "vitest";
import { MAX_LISTED_IDS, NO_FLOW_IDS } from "#contract/flow.ts";
import type { ServerCapabilities } from "#contract/local.ts";
import { pageUserIdentityTracker } from "#client/data/api/page-identity.ts";
import {
  getFlowSort,
  hasActiveFlowFilters,
  omitDefaultSearchParams,
  parseFlowListSearchParams,
  toFlowFilters,
} from "./flow-list-search-params.ts";

it("the URL of the list omits default values", () => {
  expect(parseFlowListSearchParams({ search: "", sort: "updatedAt", order: "desc" })).toEqual({});
  expect(omitDefaultSearchParams({ sort: "name", order: "asc" })).toEqual({ sort: "name" });
  expect(omitDefaultSearchParams({ sort: "name", order: "desc" })).toEqual({ sort: "name", order: "desc" });
  expect(omitDefaultSearchParams({ order: "asc" })).toEqual({ order: "asc" });
});

it("the URL of the list holds tags, remembered flows and the opened view, and ignores invalid values", () => {
  expect(parseFlowListSearchParams({ tag: ["sales", "b, c"], show: "favorites", view: "view_1" })).toEqual({
    tag: ["sales", "b, c"],
    show: "favorites",
    view: "view_1",
  });
  expect(parseFlowListSearchParams({ tag: [], show: "all", view: "" })).toEqual({});
  expect(parseFlowListSearchParams({ tag: ["x".repeat(41), "a\u0000b", "", 7] })).toEqual({});
  expect(hasActiveFlowFilters({ tag: ["sales"] })).toBe(true);
  expect(hasActiveFlowFilters({ show: "recent" })).toBe(true);
  expect(hasActiveFlowFilters({ view: "view_1" })).toBe(false);
});

it("the filters of a request omit the default order, and include the sort field and order for any other order", () => {
  expect(toFlowFilters({ search: "mail" })).toEqual({ search: "mail" });
  expect(toFlowFilters({ sort: "name" })).toEqual({ sort: "name", order: "asc" });
  expect(toFlowFilters({ tag: ["a"], view: "view_1" })).toEqual({ tag: ["a"] });
  expect(toFlowFilters({ order: "asc" })).toEqual({ sort: "updatedAt", order: "asc" });
});

it("the filters of a request include the default sort field for recently opened flows, which have an order of their own", () => {
  const recent = { show: "recent", sort: "updatedAt" } as const;
  expect(omitDefaultSearchParams({ ...recent, order: "desc" })).toEqual(recent);
  expect(getFlowSort({ show: "recent" })).toBeUndefined();
  expect(getFlowSort(recent)).toBe("updatedAt");
  expect(getFlowSort({ show: "recent", order: "asc" })).toBe("updatedAt");
});

it("the filters of a request include only valid ids of remembered flows, up to the maximum number", () => {
  let flows: readonly unknown[] = [
    null,
    {},
    { id: 5 },
    { id: "", name: "" },
    { id: "a,b", name: "AB" },
    { id: "a", name: "A" },
    { id: "b", name: "B" },
  ];
  pageUserIdentityTracker.adopt({ signedIn: true, auth: "none" } as ServerCapabilities);
  vi.stubGlobal("localStorage", { getItem: () => JSON.stringify(flows) });
  const read = () => toFlowFilters({ show: "favorites" }).ids?.split(",");
  expect(read()).toEqual(["a", "b"]);
  flows = Array.from({ length: MAX_LISTED_IDS + 1 }, (_, index) => ({ id: `f${index}`, name: "F" }));
  expect(read()).toHaveLength(MAX_LISTED_IDS);
  flows = [{}];
  expect(read()).toEqual([NO_FLOW_IDS]);
  vi.unstubAllGlobals();
});
