import { expect, it } from "vitest";
import type { RetryStart } from "#contract/retry.ts";
import type { BatchState } from "#contract/run.ts";
import { type RetryChoice, describeRetryStarts, planBulkRetry, planRetry } from "./retry-choice.ts";

const choice = (change: Partial<RetryChoice> = {}): RetryChoice => ({
  records: "failed",
  from: "start",
  version: "current",
  inputsText: undefined,
  recordText: undefined,
  ...change,
});
const single = { isSingle: true, recordId: undefined };
const batch = { isSingle: false, recordId: undefined };

it("a retry names the records of a batch, but not of a single run", () => {
  const version = "current";
  expect(planRetry(choice(), batch)).toEqual({
    type: "body",
    body: { records: "failed", from: "start", version },
  });
  expect(planRetry(choice(), { isSingle: false, recordId: "record_1" })).toMatchObject({
    body: { records: ["record_1"] },
  });
  expect(planRetry(choice(), single)).toEqual({ type: "body", body: { from: "start", version } });
});

it("a retry sends edited inputs only if it runs the first step", () => {
  const edited = { inputsText: '{"topic":"tea"}', recordText: " " };
  expect(planRetry(choice(edited), single)).toMatchObject({ body: { inputs: { topic: "tea" }, record: {} } });
  const { body } = planRetry(choice({ ...edited, from: "failedStep" }), single) as { body: object };
  expect(Object.keys(body)).toEqual(["from", "version"]);
});

it("a retry with inputs that are no JSON object says where the fault is", () => {
  expect(planRetry(choice({ inputsText: "{", recordText: "[]" }), single)).toEqual({
    type: "faults",
    inputs: expect.stringContaining("line 1"),
    record: "Enter a JSON object.",
  });
});

it("the start of a retry is described with the reason why a finished step runs again", () => {
  const start = (change: Partial<RetryStart> = {}): RetryStart => ({
    recordId: "record_1",
    position: 2,
    stepId: "save",
    stepName: "Save",
    takenSteps: 2,
    ...change,
  });
  expect(describeRetryStarts([])).toBeUndefined();
  expect(describeRetryStarts([start(), start()])).toBe("Starts at step 3, “Save”.");
  const cut = start({ position: 0, stepName: "Fetch", rerunReason: "cut" });
  expect(describeRetryStarts([cut])).toBe(
    "Starts at step 1, “Fetch”, which runs again: its stored result is cut.",
  );
  expect(describeRetryStarts([start(), start({ position: 1 })])).toBe(
    "Each record starts at its own failed step.",
  );
  expect(describeRetryStarts([start(), cut])).toMatch(/“Fetch” runs again: its stored result is cut/);
  expect(describeRetryStarts([start({ position: null, stepId: null, stepName: null })])).toMatch(
    /none runs again/,
  );
});

it("a bulk retry leaves out runs that were retried before, and runs of unsaved flows", () => {
  const run = (batchExecutionId: string, change: Partial<BatchState> = {}): BatchState => ({
    batchExecutionId,
    flowId: "flow_1",
    flowName: "Digest",
    status: "failed",
    totalRecords: 2,
    processedRecords: 2,
    failedRecords: 2,
    startedAt: null,
    ...change,
  });
  const retried = run("b", { retries: [{ batchExecutionId: "d", status: "completed" }] });
  const { items, skipped } = planBulkRetry([run("a"), retried, run("c", { flowId: null })], true);
  expect(items).toMatchObject([{ id: "a", name: "Digest: 2 records" }]);
  expect(skipped).toMatchObject([{ item: { id: "b" }, reason: "Retried before." }]);
});
