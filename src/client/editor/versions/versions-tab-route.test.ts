import { expect, it } from "vitest";
import {
  isDefaultVersionComparisonUrl,
  parseComparisonSearchParams,
  parseVersionListSearchParams,
  toComparisonSearchParams,
  toVersionComparison,
} from "./versions-tab-route.ts";

it("the URL of the versions accepts known filters and ignores others", () => {
  expect(parseVersionListSearchParams({ type: "draft" })).toEqual({ type: "draft" });
  expect(parseVersionListSearchParams({ type: "best" })).toEqual({});
});

it("the URL of the versions compares the live version with the editor by default", () => {
  expect(toVersionComparison(parseComparisonSearchParams({}))).toEqual({
    from: "published",
    to: "editor",
    isJson: false,
  });
  const search = { from: "flowver_1", to: "saved", as: "json" } as const;
  expect(toVersionComparison(parseComparisonSearchParams(search))).toEqual({
    from: "flowver_1",
    to: "saved",
    isJson: true,
  });
  expect(parseComparisonSearchParams({ from: 7, to: "", as: "xml" })).toEqual({});
});

it("the URL of the versions omits default values, and parses back to the same comparison", () => {
  expect(toComparisonSearchParams({ from: "published", to: "editor", isJson: false })).toEqual({});
  const comparison = { from: "editor", to: "published", isJson: true };
  expect(toVersionComparison(toComparisonSearchParams(comparison))).toEqual(comparison);
});

it("the compare page chooses the versions only if the URL names none and the page is still open", () => {
  const path = "/flows/flow_1/versions/compare";
  expect(isDefaultVersionComparisonUrl({ pathname: path, search: {} }, path)).toBe(true);
  expect(isDefaultVersionComparisonUrl({ pathname: path, search: { as: "json" } }, path)).toBe(true);
  expect(isDefaultVersionComparisonUrl({ pathname: path, search: { from: "flowver_1" } }, path)).toBe(false);
  expect(isDefaultVersionComparisonUrl({ pathname: path, search: { to: "saved" } }, path)).toBe(false);
  expect(isDefaultVersionComparisonUrl({ pathname: "/flows", search: {} }, path)).toBe(false);
});
