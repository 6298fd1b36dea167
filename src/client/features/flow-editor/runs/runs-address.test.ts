import { describe, expect, it } from "vitest";
import { readBatchSearch, readResultSearch } from "./runs-address.ts";

describe("the address of the runs", () => {
  it("of one run says which records, which of them, and which step", () => {
    const search = { status: "failed", record: "record_1", result: "stepres_1" };
    expect(readBatchSearch({ ...search, step: "step_1" })).toEqual(search);
    expect(readBatchSearch({ status: "lost", record: "", result: 7 })).toEqual({});
  });

  it("of the step results takes what the server takes, and leaves any other out", () => {
    const search = {
      status: "skipped",
      stepId: "step_1",
      age: "day",
      sortBy: "durationMs",
      sortOrder: "desc",
    };
    expect(readResultSearch(search)).toEqual(search);
    const ids = { recordId: "record_1", batchId: "batch_1", executionId: "exec_1" };
    expect(readResultSearch(ids)).toEqual(ids);
    expect(readResultSearch({ status: "waiting", age: "year", sortBy: "mood", sortOrder: "up" })).toEqual({});
  });
});
