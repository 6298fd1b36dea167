import { expect, it } from "vitest";
import { parseBatchSearchParams, parseStepResultFilters } from "./runs-tab-route.ts";

it("the search parameters of a run hold the status filter, the record and the step result", () => {
  const search = { status: "failed", record: "record_1", result: "stepres_1" };
  expect(parseBatchSearchParams({ ...search, step: "step_1" })).toEqual(search);
  expect(parseBatchSearchParams({ status: "lost", record: "", result: 7 })).toEqual({});
});

it("the search parameters of the step results include only values that the server accepts", () => {
  const search = { status: "skipped", stepId: "step_1", age: "day", sortBy: "durationMs", sortOrder: "desc" };
  expect(parseStepResultFilters(search)).toEqual(search);
  const ids = { recordId: "record_1", batchId: "batch_1", executionId: "exec_1" };
  expect(parseStepResultFilters(ids)).toEqual(ids);
  expect(parseStepResultFilters({ status: "waiting", age: "year", sortBy: "mood", sortOrder: "up" })).toEqual(
    {},
  );
});
