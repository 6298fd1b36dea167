import { setTimeout as wait } from "node:timers/promises";
import type { ApiClient } from "#e2e/harness/api.ts";

const AT_ONCE = 8;

/** Creates flows until there are `count` or the time limit is reached. Returns the ids of the created flows. */
export async function createFlowsUntilCount(
  api: ApiClient,
  count: number,
  build: (index: number) => Parameters<ApiClient["createFlow"]>[0],
  limitMs = 300_000,
): Promise<readonly string[]> {
  const ids: string[] = [];
  const end = Date.now() + limitMs;
  let next = 0;
  const work = async () => {
    while (next < count && Date.now() < end) {
      next += 1;
      ids.push((await api.createFlow(build(next))).id);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return ids;
}

/** Runs a flow on records. Returns the milliseconds from the start of the batch to its completion. */
export async function runBatchToCompletion(
  api: ApiClient,
  flowId: string,
  recordIds: readonly string[],
): Promise<number> {
  const body = { flowId, recordIds: [...recordIds], options: { recordConcurrency: 4 } };
  const { batchExecutionId } = await api.call("startBatch", { body });
  for (;;) {
    const state = await api.call("getBatch", { params: { id: batchExecutionId } });
    if (state.completedAt && state.startedAt) {
      if (state.failedRecords > 0) throw new Error(`${state.failedRecords} records failed`);
      return Date.parse(state.completedAt) - Date.parse(state.startedAt);
    }
    await wait(250);
  }
}
