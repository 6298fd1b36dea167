import { useInfiniteQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import type { StepResult } from "#contract/run.ts";
import type { StepResultFilters } from "#client/data/result-filters.ts";
import { runQueries } from "#client/data/run-queries.ts";
import { type ReadRows, toReadRows, withoutRepeats } from "#client/features/flow-editor/read-rows.ts";

/** What steps did, as far as it has been read. */
export function useStepResults(flowId: string, filters: StepResultFilters): ReadRows<StepResult> {
  const query = useInfiniteQuery(runQueries.stepResults(flowId, filters));
  const pages = query.data?.pages;
  const rows = useMemo(() => withoutRepeats(pages?.flatMap(({ data }) => data) ?? []), [pages]);
  return toReadRows(query, rows);
}
