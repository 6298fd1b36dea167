import type { JsonObject } from "#core/json/json.ts";
import { describeErrorForLog } from "#server/domain/describe-error.ts";
import { type FinishedStep, RunCheckpoint } from "#server/runner/run-checkpoint.ts";
import { storeBatchRecordCheckpoints } from "#server/store/record-queue.ts";
import { isRejectedValueError } from "#server/store/sql-state.ts";
import type { Store } from "#server/store/store.ts";
import { CheckpointBatcher } from "./checkpoint-batcher.ts";
import type { RunServiceDependencies } from "./run-service-dependencies.ts";
import type { TakenRecord } from "./record-taker.ts";

const batchers = new WeakMap<Store, CheckpointBatcher>();

/** Returns the batcher of a store, which all runs of the server share. */
function batcherOf(store: Store): CheckpointBatcher {
  const batcher =
    batchers.get(store) ??
    new CheckpointBatcher((group) => store.write((tx) => storeBatchRecordCheckpoints(tx, group)));
  batchers.set(store, batcher);
  return batcher;
}

/** Calls `onLost`, to end the run here, if another worker has the record. */
export function openRecordCheckpoint(
  { store, logger, now }: RunServiceDependencies,
  taken: TakenRecord,
  run: { readonly steps: readonly JsonObject[]; readonly finished: readonly FinishedStep[] },
  onLost: () => void,
): RunCheckpoint {
  const { batchId, recordId, executionId, inlineRecord, record } = taken;
  const place = { batchId, recordId, executionId };
  return new RunCheckpoint({
    steps: run.steps,
    taken: run.finished,
    // Omits an inline record, because its copy in the batch never changes.
    record: inlineRecord === null ? record : undefined,
    now: now(),
    saved: taken.checkpoint,
    save: async (json) => {
      try {
        if (!(await batcherOf(store).save(taken, json))) onLost();
      } catch (error) {
        if (!isRejectedValueError(error)) throw error;
        const err = describeErrorForLog(error);
        logger.warn({ ...place, err }, "could not store a checkpoint; after a crash, more steps run again");
      }
    },
    warn: (reason) =>
      logger.warn({ ...place, reason }, "ignored a checkpoint; the run starts at its first step"),
  });
}
