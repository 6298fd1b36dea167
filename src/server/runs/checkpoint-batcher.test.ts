import { expect, it } from "vitest";
import type { RecordAttemptKey } from "#server/store/record-queue.ts";
import { CheckpointBatcher } from "./checkpoint-batcher.ts";

const attemptOf = (executionId: string) => ({ executionId }) as RecordAttemptKey;

it("a checkpoint batcher stores concurrent checkpoints together, and rejects only a bad one", async () => {
  const groups: string[][] = [];
  const batcher = new CheckpointBatcher(async (group) => {
    groups.push(group.map(({ json }) => json));
    await Promise.resolve();
    if (group.some(({ json }) => json === "bad")) throw new Error("refused");
    return new Set(
      group.flatMap(({ attempt }) => (attempt.executionId === "lost" ? [] : [attempt.executionId])),
    );
  });
  const first = await Promise.all([
    batcher.save(attemptOf("a"), "1"),
    batcher.save(attemptOf("b"), "2"),
    batcher.save(attemptOf("lost"), "3"),
  ]);
  expect(first).toEqual([true, true, false]);
  expect(groups).toEqual([["1", "2", "3"]]);
  const second = await Promise.allSettled([
    batcher.save(attemptOf("a"), "4"),
    batcher.save(attemptOf("b"), "bad"),
    batcher.save(attemptOf("c"), "5"),
  ]);
  expect(second).toEqual([
    { status: "fulfilled", value: true },
    { status: "rejected", reason: new Error("refused") },
    { status: "fulfilled", value: true },
  ]);
  expect(groups.slice(1)).toEqual([["4", "bad", "5"], ["4"], ["bad"], ["5"]]);
  expect(await batcher.save(attemptOf("a"), "6")).toBe(true);
});
