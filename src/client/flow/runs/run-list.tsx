import { useInfiniteQuery } from "@tanstack/react-query";
import { type ReactNode, useEffect, useMemo } from "react";
import type { RunFilters } from "#client/data/queries/run-filters.ts";
import { hasRunFilter } from "#client/data/queries/run-filters.ts";
import {
  fetchNextPageNearEnd,
  removeDuplicateRows,
  summarizeInfiniteQueryRows,
  toInfiniteQueryRows,
} from "#client/data/queries/infinite-query-rows.ts";
import { flowRunQueries } from "#client/data/queries/run-queries.ts";
import { useAnnounceSearchResults } from "#client/ui/announce/announcer.tsx";
import { Button } from "#client/ui/controls/button.tsx";
import { EmptyState } from "#client/ui/controls/state-message.tsx";
import { requestFocusWhenRendered } from "#client/ui/focus/focus-request.ts";
import { MIN_WIDTH_LG, useMediaQuery } from "#client/ui/hooks/use-media-query.ts";
import { filterColumnsWithValuesInRows } from "#client/ui/rows/columns.tsx";
import { getRootFontSizePx } from "#client/ui/rows/row-window.ts";
import { ContainerScrolledTable } from "#client/ui/rows/scrolled-table.tsx";
import { SkeletonRows } from "#client/ui/rows/skeleton-rows.tsx";
import { useRunRetry } from "#client/flow/retry/use-run-retry.tsx";
import { nameRun } from "./describe-batch-progress.ts";
import { CompactRun, buildRunColumns } from "./run-columns.tsx";
import { useRunPlace } from "./run-place.ts";
import {
  RunListLoadError,
  RunListNote,
  RunListRefreshError,
  focusRunListRow,
} from "./run-list-load-error.tsx";

type RunListProps = {
  readonly filters: RunFilters;
  readonly hasEvents: boolean;
  /** Id of the run that was open before the list; its row gets the focus. */
  readonly startAt?: string | undefined;
  readonly onShowAll: () => void;
  /** Shown if there are no runs at all. */
  readonly renderEmpty: (isRecentOnly: boolean) => ReactNode;
};

const ROW_REM = { columns: 2.75, compact: 4.25 } as const;

/** Batches and single runs, newest first. */
export function RunList(props: RunListProps) {
  const { filters, hasEvents, startAt, onShowAll, renderEmpty } = props;
  const { flowId } = useRunPlace();
  const list = useRuns(flowId, filters, hasEvents);
  useEffect(() => {
    if (startAt !== undefined) focusRunListRow(startAt);
  }, [startAt]);
  const retry = useRunRetry(filters, list.rows);
  const isNarrow = !useMediaQuery(MIN_WIDTH_LG);
  const isFiltered = hasRunFilter(filters);
  const question = isFiltered ? JSON.stringify(filters) : undefined;
  useAnnounceSearchResults({ noun: "run", question, ...summarizeInfiniteQueryRows(list) });
  if (list.rows.length === 0) {
    if (list.error) return <RunListLoadError list={list} what="runs" />;
    if (list.isFetching) return <SkeletonRows label="Loading runs" rows={8} />;
    if (!isFiltered) return renderEmpty(list.isRecentOnly);
    const showAll = () => {
      onShowAll();
      // Moves the focus to the filters, because the pressed button is unmounted.
      requestFocusWhenRendered(() => document.querySelector<HTMLElement>("[data-run-filters] select"));
    };
    return (
      <EmptyState
        title="No matching runs"
        text="No runs match these filters."
        action={<Button onClick={showAll}>Show all runs</Button>}
      />
    );
  }
  const isOfAllFlows = flowId === undefined;
  const columns = buildRunColumns({ isOfAllFlows, canRetry: retry.canRetry });
  return (
    // Handles the keys of the selection, which bubble from the rows.
    // oxlint-disable-next-line jsx-a11y/no-static-element-interactions
    <div className="flex min-h-0 flex-1 flex-col" onKeyDown={retry.handleKey}>
      {retry.renderBar(filters.outcome === "failed")}
      <ContainerScrolledTable
        label="Runs"
        rows={list.rows}
        columns={filterColumnsWithValuesInRows(columns, list.rows)}
        compact={isNarrow ? CompactRun : undefined}
        stateOf={(row) => ({ isOfAllFlows, readAt: list.readAt, ...retry.stateOf(row) })}
        rowHeight={(isNarrow ? ROW_REM.compact : ROW_REM.columns) * getRootFontSizePx()}
        isComplete={list.isComplete}
        startAt={startAt}
        onSeen={(_, last) => fetchNextPageNearEnd(list, last)}
      />
      {list.isRecentOnly && <RunListNote text="Only recent runs: the API has no list of a flow’s runs." />}
      <RunListRefreshError list={list} what="runs" />
      {retry.dialog}
    </div>
  );
}

function useRuns(flowId: string | undefined, filters: RunFilters, hasEvents: boolean) {
  const query = useInfiniteQuery(flowRunQueries.batches(flowId, filters, { hasEvents }));
  const pages = query.data?.pages;
  const rows = useMemo(
    () =>
      removeDuplicateRows(
        pages?.flatMap(({ data }) =>
          data.map((batch) => ({
            id: batch.batchExecutionId,
            name: nameRun(batch, flowId === undefined),
            batch,
          })),
        ) ?? [],
      ),
    [pages, flowId],
  );
  return { ...toInfiniteQueryRows(query, rows), isRecentOnly: pages?.[0]?.isRecentOnly === true };
}
