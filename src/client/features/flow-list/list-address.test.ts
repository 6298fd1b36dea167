import { describe, expect, it } from "vitest";
import { isNarrowed, leaveOutDefaults, readListAddress, toListFilters } from "./list-address.ts";

describe("the address of the list", () => {
  it("says only what is not so anyway", () => {
    expect(readListAddress({ search: "", sort: "updatedAt", order: "desc" })).toEqual({});
    expect(leaveOutDefaults({ sort: "name", order: "asc" })).toEqual({ sort: "name" });
    expect(leaveOutDefaults({ sort: "name", order: "desc" })).toEqual({ sort: "name", order: "desc" });
    expect(leaveOutDefaults({ order: "asc" })).toEqual({ order: "asc" });
  });

  it("ignores what nobody offered", () => {
    expect(
      readListAddress({ status: "archived", sort: "size", order: "up", page: "3", search: "2024" }),
    ).toEqual({
      search: "2024",
    });
  });

  it("tells a list that leaves flows out from one that only orders them", () => {
    expect(isNarrowed({ status: "draft" })).toBe(true);
    expect(isNarrowed({ sort: "name" })).toBe(false);
  });
});

describe("what the server is asked", () => {
  it("is nothing for the default order, and both sort and order for any other", () => {
    expect(toListFilters({ search: "mail" })).toEqual({ search: "mail" });
    expect(toListFilters({ sort: "name" })).toEqual({ sort: "name", order: "asc" });
    expect(toListFilters({ order: "asc" })).toEqual({ sort: "updatedAt", order: "asc" });
  });
});
