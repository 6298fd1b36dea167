import { expect, it } from "vitest";
import { columnTemplate, findColumns } from "./row-columns.ts";

const documented = { id: "a", name: "A", createdAt: "", updatedAt: "", lastRunAt: null };

it("shows nothing but the name and the time for a server that sends nothing else", () => {
  const columns = findColumns([documented]);
  expect(columns).toEqual({ line: false, steps: false, status: false, lastRun: false });
  expect(columnTemplate(columns)).toBe("minmax(0, 1fr) 6.5rem 2.5rem");
});

it("makes room for what any row has", () => {
  const columns = findColumns([documented, { ...documented, status: "draft", stepCount: 0, line: [] }]);
  expect(columns).toEqual({ line: true, steps: true, status: true, lastRun: false });
});
