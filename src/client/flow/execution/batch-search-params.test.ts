import { expect, it } from "vitest";
import { parseBatchSearchParams } from "./batch-search-params.ts";

it("the search parameters of a run hold the status filter, the record and the step result", () => {
  const search = { status: "failed", record: "record_1", result: "stepres_1" };
  expect(parseBatchSearchParams({ ...search, step: "step_1" })).toEqual(search);
  expect(parseBatchSearchParams({ status: "lost", record: "", result: 7 })).toEqual({});
});
