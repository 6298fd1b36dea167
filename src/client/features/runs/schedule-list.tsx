import { keepPreviousData, useInfiniteQuery } from "@tanstack/react-query";
import { useRouter } from "@tanstack/react-router";
import { type ReactNode, useCallback, useEffect, useMemo } from "react";
import type { Schedule } from "#contract/schedule.ts";
import { describeReadError, isRetryableError } from "#client/data/api/api-error.ts";
import { isUnavailableFeatureError } from "#client/data/queries/api-features.ts";
import {
  fetchNextPageNearEnd,
  removeDuplicateRows,
  summarizeInfiniteQueryRows,
  toInfiniteQueryRows,
} from "#client/data/queries/infinite-query-rows.ts";
import type { ScheduleFilters } from "#client/data/queries/schedule-filters.ts";
import { scheduleQueries } from "#client/data/queries/schedule-queries.ts";
import {
  pendingDeletionScheduler,
  useIdsOfPendingDeletions,
} from "#client/data/mutations/pending-deletions.ts";
import { RunListRefreshError, focusRunListRow } from "#client/flow/runs/run-list-load-error.tsx";
import { useScheduleDetails } from "#client/flow/schedules/use-schedule-details.ts";
import type { ScheduleActions } from "#client/flow/schedules/use-schedule-actions.tsx";
import { useAnnounceSearchResults } from "#client/ui/announce/announcer.tsx";
import { Button } from "#client/ui/controls/button.tsx";
import { ErrorState } from "#client/ui/controls/error-state.tsx";
import { EmptyState } from "#client/ui/controls/state-message.tsx";
import { MIN_WIDTH_LG, useMediaQuery } from "#client/ui/hooks/use-media-query.ts";
import { getRootFontSizePx } from "#client/ui/rows/row-window.ts";
import { ContainerScrolledTable } from "#client/ui/rows/scrolled-table.tsx";
import { SkeletonRows } from "#client/ui/rows/skeleton-rows.tsx";
import { CompactSchedule, scheduleColumns } from "./schedule-columns.tsx";

type ScheduleListProps = {
  readonly filters: ScheduleFilters;
  readonly startAt: string | undefined;
  readonly actions: ScheduleActions;
  readonly onShowAll: () => void;
  readonly empty: ReactNode;
};

const ROW_REM = { columns: 2.75, compact: 5.5 } as const;

/** Schedules of all flows, newest first. */
export function ScheduleList({ filters, startAt, actions, onShowAll, empty }: ScheduleListProps) {
  const { list, pages } = useSchedules(filters);
  const findDetails = useScheduleDetails(pages);
  const isNarrow = !useMediaQuery(MIN_WIDTH_LG);
  const isFiltered = Object.keys(filters).length > 0;
  const question = isFiltered ? JSON.stringify(filters) : undefined;
  useAnnounceSearchResults({ noun: "schedule", question, ...summarizeInfiniteQueryRows(list) });
  useEffect(() => {
    if (startAt !== undefined) focusRunListRow(startAt);
  }, [startAt]);
  const router = useRouter();
  const showRuns = useCallback(
    (flowId: string) =>
      void router.navigate({ to: "/flows/$flowId/runs", params: { flowId }, search: { by: "schedule" } }),
    [router],
  );
  if (list.rows.length === 0) {
    if (list.error && isUnavailableFeatureError(list.error))
      return <EmptyState title="No schedules" text={list.error.message} />;
    if (list.error)
      return (
        <ErrorState
          title="Couldn’t load schedules"
          text={describeReadError(list.error)}
          retrying={list.isFetching}
          {...(isRetryableError(list.error) && { onRetry: list.retry })}
        />
      );
    if (list.isFetching) return <SkeletonRows label="Loading schedules" rows={8} />;
    if (!isFiltered) return empty;
    return (
      <EmptyState
        title="No matching schedules"
        text="No schedules match this search."
        action={<Button onClick={onShowAll}>Show all schedules</Button>}
      />
    );
  }
  return (
    <>
      <ContainerScrolledTable
        label="Schedules"
        rows={list.rows}
        columns={scheduleColumns}
        compact={isNarrow ? CompactSchedule : undefined}
        stateOf={(schedule) => ({ ...findDetails(schedule), actions, onShowRuns: showRuns })}
        rowHeight={(isNarrow ? ROW_REM.compact : ROW_REM.columns) * getRootFontSizePx()}
        isComplete={list.isComplete}
        startAt={startAt}
        selectedId={startAt}
        hasMenus
        actionsOf={(schedule) => ({
          undoDelete: pendingDeletionScheduler.undoLatest,
          ...(actions.readOnlyReason === undefined &&
            schedule.agentId === null && { edit: () => actions.edit(schedule) }),
          ...(actions.deleteReason === undefined && { remove: () => actions.remove(schedule) }),
        })}
        onSeen={(_, last) => fetchNextPageNearEnd(list, last)}
      />
      <RunListRefreshError list={list} what="schedules" />
    </>
  );
}

function useSchedules(filters: ScheduleFilters) {
  const query = useInfiniteQuery({ ...scheduleQueries.list(filters), placeholderData: keepPreviousData });
  const hidden = useIdsOfPendingDeletions();
  const pages = useMemo(
    (): readonly (readonly Schedule[])[] => query.data?.pages.map(({ data }) => data) ?? [],
    [query.data],
  );
  const rows = useMemo(
    () => removeDuplicateRows(pages.flat().filter(({ id }) => !hidden.has(id))),
    [pages, hidden],
  );
  return { list: toInfiniteQueryRows(query, rows), pages };
}
