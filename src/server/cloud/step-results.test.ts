import { expect, it } from "vitest";
import type { StepResult } from "#contract/run.ts";
import {
  STEP_RESULT_TIME as time,
  answerStepResults,
  createStepResult,
} from "#server/testing/step-results.ts";
import { StepResultReader } from "./step-results.ts";
import type { UpstreamClient, UpstreamRequest } from "./upstream.ts";

async function listLastStepRuns(results: readonly StepResult[], size?: number) {
  const answer = answerStepResults(results, size);
  const send = async ({ target }: UpstreamRequest) => Response.json(answer(new URL(target, "http://api")));
  return new StepResultReader({ send } as unknown as UpstreamClient).listLastStepRuns({} as never, "flow_1");
}

it("last runs are the newest result of each step, with counts only if all results of the batch are known", async () => {
  const results = [
    createStepResult("1", { recordId: "record_2", status: "failed" }),
    createStepResult("2", { recordId: "record_1" }),
    createStepResult("3", { batchExecutionId: "batch_0" }),
    createStepResult("4", { stepId: "mail", completedAt: null }),
    createStepResult("5", { stepId: null }),
  ];
  expect(await listLastStepRuns(results, 5)).toEqual([
    expect.objectContaining({ stepId: "ask", status: "failed", failedRecords: 1, batchRecords: 2 }),
    expect.objectContaining({ stepId: "mail", completedAt: time, failedRecords: 0, batchRecords: 1 }),
  ]);
  const [partial] = await listLastStepRuns(results, 2);
  expect(partial).not.toHaveProperty("batchRecords");
});

it("a step that was skipped for the last record counts as run if it ran for another record of the batch", async () => {
  const results = [
    createStepResult("1", { status: "skipped" }),
    createStepResult("2"),
    createStepResult("3", { stepId: "mail", status: "skipped" }),
    createStepResult("4", { stepId: "mail", batchExecutionId: "batch_0" }),
  ];
  const data = await listLastStepRuns(results);
  expect(data.map(({ status }) => status)).toEqual(["completed", "skipped"]);
});
