import { describe, expect, it } from "vitest";
import { toGridTemplateColumns } from "#client/ui/rows/columns.tsx";
import { getVisibleFlowColumns, flowSortSelectOptions } from "./flow-columns.tsx";

const documented = { id: "a", name: "A", createdAt: "", updatedAt: "", lastRunAt: null };
const idsOf = (...flows: Parameters<typeof getVisibleFlowColumns>[0] & object) =>
  getVisibleFlowColumns(flows, true).map(({ id }) => id);

describe("the columns of the flow list", () => {
  it("are only the checkbox, the name and the two times if the server sends no other fields", () => {
    expect(idsOf(documented)).toEqual(["select", "name", "lastRun", "updated", "menu"]);
    expect(toGridTemplateColumns(getVisibleFlowColumns([documented], true))).toBe(
      "2rem minmax(0, 1fr) 7.5rem 6.5rem 2.5rem",
    );
  });

  it("include every column that a row has a value for", () => {
    const extended = { ...documented, status: "draft", stepCount: 0, line: [] };
    expect(idsOf(documented, extended)).toEqual([
      "select",
      "name",
      "line",
      "steps",
      "status",
      "lastRun",
      "updated",
      "menu",
    ]);
  });

  it("do not change when a flow has run for the first time", () => {
    const ran = { ...documented, lastRunAt: "2026-11-01T00:00:00Z" };
    expect(idsOf(documented)).toEqual(idsOf(documented, ran));
  });

  it("depend on whether the server has extensions while no flow is loaded", () => {
    expect(getVisibleFlowColumns(undefined, true)).toHaveLength(8);
    expect(getVisibleFlowColumns(undefined, false)).toEqual(getVisibleFlowColumns([documented], true));
  });

  it("are the columns that the list can be sorted by", () => {
    expect(flowSortSelectOptions.map(({ label }) => label)).toEqual([
      "Updated",
      "Name",
      "Created",
      "Last run",
    ]);
  });
});
