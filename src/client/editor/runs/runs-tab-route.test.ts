import { expect, it } from "vitest";
import { parseStepResultFilters } from "./runs-tab-route.ts";

it("the search parameters of the step results include only values that the server accepts", () => {
  const search = { status: "skipped", stepId: "step_1", age: "day", sortBy: "durationMs", sortOrder: "desc" };
  expect(parseStepResultFilters(search)).toEqual(search);
  const ids = { recordId: "record_1", batchId: "batch_1", executionId: "exec_1" };
  expect(parseStepResultFilters(ids)).toEqual(ids);
  expect(parseStepResultFilters({ status: "waiting", age: "year", sortBy: "mood", sortOrder: "up" })).toEqual(
    {},
  );
});
