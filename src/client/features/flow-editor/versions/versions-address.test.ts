import { describe, expect, it } from "vitest";
import { readCompareSearch, readListSearch, toCompareSearch, toComparison } from "./versions-address.ts";

describe("the address of the versions", () => {
  it("takes a filter that there is, and leaves any other out", () => {
    expect(readListSearch({ type: "draft" })).toEqual({ type: "draft" });
    expect(readListSearch({ type: "best" })).toEqual({});
  });

  it("compares what is live with what stands on the page, unless it says otherwise", () => {
    expect(toComparison(readCompareSearch({}))).toEqual({ from: "published", to: "editor", isJson: false });
    const search = { from: "flowver_1", to: "saved", as: "json" } as const;
    expect(toComparison(readCompareSearch(search))).toEqual({
      from: "flowver_1",
      to: "saved",
      isJson: true,
    });
    expect(readCompareSearch({ from: 7, to: "", as: "xml" })).toEqual({});
  });

  it("says nothing that would be so anyway, and comes back as it was", () => {
    expect(toCompareSearch({ from: "published", to: "editor", isJson: false })).toEqual({});
    const comparison = { from: "editor", to: "published", isJson: true };
    expect(toComparison(toCompareSearch(comparison))).toEqual(comparison);
  });
});
