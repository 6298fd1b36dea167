import { Plus, Upload } from "lucide-react";
import { keepPreviousData, useInfiniteQuery, useQueryClient } from "@tanstack/react-query";
import type { FlowRecord } from "#contract/record.ts";
import { NetworkError, isRetryableError, describeReadError } from "#client/data/api/api-error.ts";
import { UpgradeLink } from "#client/page/upgrade-link.tsx";
import { Button } from "#client/ui/controls/button.tsx";
import { EmptyState } from "#client/ui/controls/state-message.tsx";
import { InlineErrorMessage, ErrorState } from "#client/ui/controls/error-state.tsx";
import { SkeletonRows } from "#client/ui/rows/skeleton-rows.tsx";
import { dropCachedListPagesExceptFirst } from "#client/data/queries/list-pages.ts";
import { useIdsOfPendingDeletions } from "#client/data/mutations/pending-deletions.ts";
import { type RecordFilters, recordQueries } from "#client/data/queries/record-queries.ts";
import { type PagedRowsState, usePagedRows } from "#client/ui/rows/use-paged-rows.ts";
import { quoteName } from "#core/text/quote-name.ts";

type RecordListStatusViewProps = {
  readonly list: Pick<RecordListState, "error" | "isRetrying" | "retry">;
  readonly type: string | undefined;
  readonly search: string | undefined;
  readonly readOnlyReason: string | undefined;
  readonly onCreate: () => void;
  readonly onImport: () => void;
  readonly onClear?: () => void;
};

export function RecordListStatusView(props: RecordListStatusViewProps) {
  const { list, type, search, readOnlyReason, onCreate, onImport, onClear } = props;
  if (list.error) {
    return (
      <ErrorState
        title="Couldn’t load records"
        text={describeReadError(list.error)}
        action={<UpgradeLink error={list.error} />}
        retrying={list.isRetrying}
        {...(isRetryableError(list.error) && { onRetry: list.retry })}
      />
    );
  }
  if (search !== undefined) {
    return (
      <EmptyState
        title="No matching records"
        text={`No ${type === undefined ? "" : `${quoteName(type)} `}records match ${quoteName(search)}.`}
        drawing={<RecordsDrawing isBroken />}
        action={<Button onClick={onClear}>Show all records</Button>}
      />
    );
  }
  return (
    <EmptyState
      title={type === undefined ? "No records yet" : `No ${quoteName(type)} records yet`}
      text="Flows run on records, such as customers or tickets."
      drawing={<RecordsDrawing />}
      action={
        <>
          <Button icon={Plus} disabledReason={readOnlyReason} onClick={onCreate}>
            Create your first record
          </Button>
          <Button icon={Upload} disabledReason={readOnlyReason} onClick={onImport}>
            Import CSV or JSON
          </Button>
        </>
      }
    />
  );
}

export function RecordsRefreshError({ list }: { readonly list: RecordListState }) {
  const { error, arrangement } = list;
  if (!error || arrangement.rows.length === 0 || error instanceof NetworkError) return null;
  return (
    <InlineErrorMessage
      text={`Couldn’t refresh records. ${describeReadError(error)}`}
      retrying={list.isRetrying}
      onRetry={list.retry}
      className="mx-gutter my-2 rounded-md"
    />
  );
}

export function RecordsSkeleton() {
  return <SkeletonRows label="Loading records" rows={8} />;
}

function RecordsDrawing({ isBroken = false }: { readonly isBroken?: boolean }) {
  return (
    <svg width="152" height="40" viewBox="0 0 152 40" fill="none" strokeWidth="2">
      <path d="M4 20h144" className="stroke-line-strong" strokeDasharray={isBroken ? "2 6" : undefined} />
      {[20, 60].map((x) => (
        <g key={x}>
          <rect
            x={x}
            y="8"
            width="28"
            height="24"
            rx="4"
            className={isBroken ? "fill-canvas stroke-line-strong" : "fill-records-soft stroke-records"}
          />
          <path
            d={`M${x + 7} 16h14M${x + 7} 23h8`}
            className={isBroken ? "stroke-line-strong" : "stroke-records"}
            strokeLinecap="round"
          />
        </g>
      ))}
      {isBroken ? (
        <circle cx="124" cy="20" r="6" className="fill-canvas stroke-line-strong" />
      ) : (
        <circle cx="124" cy="20" r="6" className="fill-ai" />
      )}
    </svg>
  );
}

export type RecordListState = PagedRowsState<FlowRecord>;

export function useRecordList(filters: RecordFilters, isEditing: boolean): RecordListState {
  const client = useQueryClient();
  const options = recordQueries.list(filters);
  return usePagedRows(useInfiniteQuery({ ...options, placeholderData: keepPreviousData }), {
    noun: "record",
    question: filters.search,
    hidden: useIdsOfPendingDeletions(),
    isHeld: isEditing,
    forgetPages: () => dropCachedListPagesExceptFirst(client, options.queryKey),
  });
}
