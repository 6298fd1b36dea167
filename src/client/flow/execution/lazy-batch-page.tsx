import type { QueryClient } from "@tanstack/react-query";
import { flowRunQueries } from "#client/data/queries/run-queries.ts";
import { createLazyComponent } from "#client/ui/hooks/create-lazy-component.tsx";
import { SkeletonRows } from "#client/ui/rows/skeleton-rows.tsx";

/** Loaded with the first run that is opened: most visits of a list of runs open none. */
export const LazyBatchPage = createLazyComponent(async () => (await import("./batch-page.tsx")).BatchPage, {
  fallback: <SkeletonRows label="Loading run" rows={8} />,
});

/** Loads a run and the code of its page at the same time. */
export function loadRun(client: QueryClient, flowId: string | undefined, batchId: string): Promise<void> {
  // The page observes the same query, and shows its error.
  client.query(flowRunQueries.batch(flowId, batchId, { hasEvents: true })).catch(() => undefined);
  return LazyBatchPage.load();
}
