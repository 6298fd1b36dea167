import { expect, it } from "vitest";
import { FLOW_SORT_FIELDS } from "#contract/flow.ts";
import { toGridTemplateColumns } from "#client/ui/rows/columns.tsx";
import { getVisibleFlowColumns, flowSortSelectOptions } from "./flow-columns.tsx";

const documented = { id: "a", name: "A", createdAt: "", updatedAt: "", lastRunAt: null };
const allColumns = getVisibleFlowColumns(undefined, true);
const idsOf = (columns: typeof allColumns) => columns.map(({ id }) => id);

it("the columns of the flow list are only those for documented fields if the server sends no other fields", () => {
  const columns = getVisibleFlowColumns([documented], true);
  expect(columns).toEqual(allColumns.filter(({ hasValue }) => !hasValue));
  expect(idsOf(columns)).toEqual(expect.arrayContaining(["select", "name", "lastRun", "updated", "menu"]));
  for (const id of ["line", "steps", "status"]) expect(idsOf(columns)).not.toContain(id);
  expect(toGridTemplateColumns(columns)).toMatch(/^2rem minmax\(0, 1fr\) .* 2\.5rem$/);
});

it("the columns of the flow list include every column that a row has a value for, in the same order", () => {
  const extended = { ...documented, status: "draft", stepCount: 0, line: [] };
  const columns = getVisibleFlowColumns([documented, extended], true);
  expect(columns).toEqual(allColumns.filter(({ hasValue }) => !hasValue || hasValue(extended)));
  expect(idsOf(columns)).toEqual(expect.arrayContaining(["name", "line", "steps", "status"]));
});

it("the columns of the flow list do not change when a flow has run for the first time", () => {
  const ran = { ...documented, lastRunAt: "2026-11-01T00:00:00Z" };
  expect(getVisibleFlowColumns([documented, ran], true)).toEqual(getVisibleFlowColumns([documented], true));
});

it("the columns of the flow list depend on whether the server has extensions while no flow is loaded", () => {
  expect(idsOf(allColumns)).toEqual(expect.arrayContaining(["line", "steps", "status"]));
  expect(getVisibleFlowColumns(undefined, false)).toEqual(getVisibleFlowColumns([documented], true));
});

it("the columns of the flow list name the fields that the list can be sorted by", () => {
  expect(flowSortSelectOptions.map(({ value }) => value)).toEqual(FLOW_SORT_FIELDS);
  const labels = new Map(flowSortSelectOptions.map(({ value, label }) => [value, label]));
  expect(new Set(labels.values()).size).toBe(FLOW_SORT_FIELDS.length);
  for (const { sort, heading } of allColumns) if (sort) expect(labels.get(sort)).toBe(heading);
  expect(labels.get("createdAt")).toBe("Created");
});
