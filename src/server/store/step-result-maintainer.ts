import { setTimeout as wait } from "node:timers/promises";
import { DAY_MS, createMissingPartitions } from "./step-result-partitions.ts";
import type { Store } from "./store.ts";

const HOUR_MS = 60 * 60 * 1000;

export interface StepResultMaintainer {
  close(): Promise<void>;
}

/** At once and then every hour; several servers may do so concurrently. */
export function startStepResultMaintainer(
  store: Pick<Store, "database" | "write">,
  {
    now,
    retentionDays,
    onError,
  }: {
    readonly now: () => number;
    readonly retentionDays: number;
    readonly onError: (error: unknown) => void;
  },
): StepResultMaintainer {
  const ending = new AbortController();
  const run = async () => {
    while (!ending.signal.aborted) {
      const oldest = now() - retentionDays * DAY_MS;
      const { signal } = ending;
      await createMissingPartitions(store, { now: now(), oldest, signal }).catch((error: unknown) => {
        if (!ending.signal.aborted) onError(error);
      });
      await wait(HOUR_MS, undefined, { ref: false, signal: ending.signal }).catch(() => undefined);
    }
  };
  const running = run();
  return {
    close: async () => {
      ending.abort();
      await running;
    },
  };
}
