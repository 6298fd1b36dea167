import * as fc from "fast-check";
import { setImmediate as nextTurn } from "node:timers/promises";
import { expect, it } from "vitest";
import { RunMemoryBudget, readRunMemoryLimits } from "./run-memory.ts";
import { RunValue } from "#server/domain/run-value.ts";
import { StepFailure } from "#server/domain/step-failure.ts";

const LIMITS = { all: 1000, run: 400, first: 10, waitMs: 50 };
const NEVER = new AbortController().signal;

/** One action of a run: it needs more memory until it ends, or for a while, or lets the others go on. */
const action = fc.oneof(
  fc.record({ type: fc.constant("temporary" as const), bytes: fc.integer({ min: 1, max: 300 }) }),
  fc.record({ type: fc.constant("kept" as const), values: fc.integer({ min: 0, max: 4 }) }),
  fc.record({ type: fc.constant("pause" as const) }),
);

it("all runs together never exceed the budget, every run ends, and all memory is returned", async () => {
  const runs = fc.array(
    fc.record({ actions: fc.array(action, { maxLength: 6 }), isCancelled: fc.boolean() }),
    {
      maxLength: 40,
    },
  );
  await fc.assert(
    fc.asyncProperty(runs, async (all) => {
      const budget = new RunMemoryBudget(LIMITS);
      let most = 0;
      const measure = () => (most = Math.max(most, budget.usage.used));
      const run = async ({ actions, isCancelled }: (typeof all)[number]) => {
        const abort = new AbortController();
        if (isCancelled) void nextTurn().then(() => abort.abort(new StepFailure("Cancelled.")));
        const memory = await budget.start(abort.signal);
        try {
          for (const act of actions) {
            measure();
            if (act.type === "pause") await nextTurn();
            else if (act.type === "kept")
              await memory.charge(RunValue.of(Array.from({ length: act.values }, () => 1)), abort.signal);
            else {
              const temporary = memory.open();
              await temporary.take(act.bytes, abort.signal);
              measure();
              await nextTurn();
              temporary.release();
            }
          }
        } finally {
          measure();
          memory.release();
        }
      };
      const ends = await Promise.allSettled(all.map(run));
      for (const end of ends) if (end.status === "rejected") expect(end.reason).toBeInstanceOf(StepFailure);
      expect(most).toBeLessThanOrEqual(LIMITS.all);
      expect(budget.usage).toEqual({ used: 0, limit: LIMITS.all, starting: 0, growing: 0 });
    }),
  );
});

it("runs that each wait for memory which the others hold end one after the other", async () => {
  const budget = new RunMemoryBudget(LIMITS);
  const ended: number[] = [];
  const runs = await Promise.all([0, 1, 2, 3, 4].map(() => budget.start(NEVER)));
  await Promise.all(runs.map((run) => run.open().take(120, NEVER)));
  expect(budget.usage.used).toBe(600);
  const growing = runs.map(async (run, index) => {
    await run.open().take(200, NEVER);
    await run.open().take(80, NEVER);
    ended.push(index);
    run.release();
  });
  expect(budget.usage.growing).toBe(4);
  await Promise.all(growing);
  expect(ended).toHaveLength(5);
});

it("a run that needs more memory than one run may have fails, and the others go on", async () => {
  const budget = new RunMemoryBudget(LIMITS);
  const large = await budget.start(NEVER);
  await expect(large.open().take(401, NEVER)).rejects.toThrow(/^This run needs more than 0 MB of memory\./);
  await large.open().take(400, NEVER);
  large.release();
  expect(budget.usage.used).toBe(0);
});

it("charges a value once, however often a run keeps it", async () => {
  const budget = new RunMemoryBudget(LIMITS);
  const run = await budget.start(NEVER);
  const value = RunValue.of({ a: 1 });
  await run.charge(value, NEVER);
  const { used } = budget.usage;
  await run.charge(RunValue.of(value.value), NEVER);
  expect([used, budget.usage.used]).toEqual([142, 142]);
});

it("a run that waits to start leaves the queue when it is cancelled", async () => {
  const budget = new RunMemoryBudget({ ...LIMITS, all: 410 });
  const first = await budget.start(NEVER);
  const abort = new AbortController();
  const second = budget.start(abort.signal);
  const third = budget.start(NEVER);
  expect([budget.usage.starting, budget.startable]).toEqual([2, 0]);
  abort.abort(new Error("gone"));
  await expect(second).rejects.toThrow("gone");
  first.release();
  (await third).release();
  expect([budget.usage.used, budget.startable]).toEqual([0, 1]);
});

it("the limits follow the heap limit of the process", () => {
  const { all, run } = readRunMemoryLimits(1_000_000_000);
  expect([all, run]).toEqual([400_000_000, 200_000_000]);
  expect(readRunMemoryLimits(8_000_000_000).run).toBe(256 * 1024 * 1024);
});
