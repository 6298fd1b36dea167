import { useViewOnlyReason } from "#client/document/use-open-flow.tsx";
import { Link, useNavigate } from "@tanstack/react-router";
import { GitCompareArrows } from "lucide-react";
import { useRef } from "react";
import { FLOW_VERSION_TYPE_FILTERS, type FlowVersionType } from "#client/data/queries/result-filters.ts";
import { isRetryableError, describeReadError } from "#client/data/api/api-error.ts";
import { keepOnlyStepSearchParam } from "#client/editor/session/flow-tabs.tsx";
import {
  summarizeInfiniteQueryRows,
  fetchNextPageNearEnd,
} from "#client/data/queries/infinite-query-rows.ts";
import { Button, buttonColorClasses } from "#client/ui/controls/button.tsx";
import { EmptyState } from "#client/ui/controls/state-message.tsx";
import { InlineErrorMessage, ErrorState } from "#client/ui/controls/error-state.tsx";
import { getRootFontSizePx } from "#client/ui/rows/row-window.ts";
import { joinClasses } from "#client/ui/format/join-classes.ts";
import { Select } from "#client/ui/controls/select.tsx";
import { FOCUSED_ROW_CLASSES } from "#client/ui/rows/row-table.tsx";
import { ContainerScrolledTable } from "#client/ui/rows/scrolled-table.tsx";
import { SkeletonRows } from "#client/ui/rows/skeleton-rows.tsx";
import { useAnnounceSearchResults } from "#client/ui/announce/announcer.tsx";
import { MIN_WIDTH_LG, useMediaQuery } from "#client/ui/hooks/use-media-query.ts";
import type { FlowVersionListItem } from "#contract/flow-version.ts";
import { formatStepCount } from "#client/flow/publish-state.ts";
import { VisuallyHidden } from "#client/ui/controls/inline-text.tsx";
import { getTooltipProps } from "#client/ui/overlays/tooltip.ts";
import type { TableCellProps, TableColumn } from "#client/ui/rows/columns.tsx";
import { RowActionsMenu, RowRelativeTime } from "#client/ui/rows/row-actions-menu.tsx";
import {
  describeVersionType,
  describeVersionChanges,
  formatVersionName,
  quoteVersionAuthor,
  VersionBadges,
} from "./version-badges.tsx";
import type { FlowVersionActionCallbacks } from "./use-version-actions.ts";
import { type VersionListQueryState as List, useVersionList } from "./use-version-list.ts";
import { listVersionMenuEntries } from "./version-menu.ts";

type VersionListProps = {
  readonly flowId: string;
  readonly filter: FlowVersionType | undefined;
  readonly actions: FlowVersionActionCallbacks;
  readonly startAt: string | undefined;
};

const types = [
  { value: "", label: "All types" },
  ...FLOW_VERSION_TYPE_FILTERS.map((type) => ({ value: type, label: describeVersionType(type) })),
];

export function VersionList({ flowId, filter, actions, startAt }: VersionListProps) {
  const list = useVersionList(flowId, filter);
  const navigate = useNavigate();
  const isNarrow = !useMediaQuery(MIN_WIDTH_LG);
  const head = useRef<HTMLDivElement>(null);
  useAnnounceSearchResults({ noun: "version", question: filter, ...summarizeInfiniteQueryRows(list) });
  const show = (type: FlowVersionType | undefined) =>
    void navigate({
      to: "/flows/$flowId/versions",
      params: { flowId },
      search: (now) => ({ ...keepOnlyStepSearchParam(now), ...(type && { type }) }),
      resetScroll: false,
    });
  return (
    <>
      <div ref={head} className="flex items-center gap-2 border-b border-line px-gutter py-2">
        <h2 className="mr-auto font-semibold">Versions</h2>
        <Select
          label="Type"
          labelHidden
          options={types}
          value={filter ?? ""}
          onChange={({ target }) => show(FLOW_VERSION_TYPE_FILTERS.find((type) => type === target.value))}
          className="w-36"
        />
        <Link
          to="/flows/$flowId/versions/compare"
          params={{ flowId }}
          search={keepOnlyStepSearchParam}
          resetScroll={false}
          className={joinClasses(
            "inline-flex h-8 shrink-0 items-center gap-1.5 rounded-md px-3 text-sm font-medium pointer-coarse:h-10",
            buttonColorClasses.secondary,
          )}
        >
          <GitCompareArrows aria-hidden="true" className="-ml-0.5 size-4" />
          Compare
        </Link>
      </div>
      {list.rows.length > 0 ? (
        <>
          <VersionTable
            key={filter}
            flowId={flowId}
            list={list}
            isNarrow={isNarrow}
            actions={actions}
            startAt={startAt}
          />
          <ListRefreshError list={list} />
        </>
      ) : list.isLoading && !list.error ? (
        <SkeletonRows label="Loading versions" rows={8} />
      ) : (
        <NoVersions
          list={list}
          filter={filter}
          onShowAll={() => {
            show(undefined);
            // Moves the focus to the filter, because the pressed button is unmounted.
            head.current?.querySelector("select")?.focus();
          }}
        />
      )}
    </>
  );
}

type VersionTableProps = {
  readonly flowId: string;
  readonly list: List;
  readonly isNarrow: boolean;
  readonly actions: FlowVersionActionCallbacks;
  readonly startAt: string | undefined;
};

const ROW_REM = { columns: 2.75, compact: 3.75 } as const;

function VersionTable({ flowId, list, isNarrow, actions, startAt }: VersionTableProps) {
  const { rows, publishedVersionId } = list;
  // The version that the user opened or, if the filter excludes it, the first row.
  const start = startAt !== undefined && !rows.some(({ id }) => id === startAt) ? rows[0]?.id : startAt;
  return (
    <ContainerScrolledTable
      label="Versions"
      rows={rows}
      columns={versionColumns}
      compact={isNarrow ? CompactVersion : undefined}
      stateOf={({ id }) => ({
        flowId,
        isLive: id === publishedVersionId,
        hasLive: publishedVersionId != null,
        actions,
      })}
      rowHeight={(isNarrow ? ROW_REM.compact : ROW_REM.columns) * getRootFontSizePx()}
      isComplete={list.isComplete}
      startAt={start}
      hasMenus
      rowClassName={FOCUSED_ROW_CLASSES}
      onSeen={(_, last) => fetchNextPageNearEnd(list, last)}
    />
  );
}

type NoVersionsProps = {
  readonly list: List;
  readonly filter: FlowVersionType | undefined;
  readonly onShowAll: () => void;
};

function NoVersions({ list, filter, onShowAll }: NoVersionsProps) {
  if (list.error) {
    return (
      <ErrorState
        title="Couldn’t load versions"
        text={describeReadError(list.error)}
        retrying={list.isFetching}
        {...(isRetryableError(list.error) && { onRetry: list.retry })}
      />
    );
  }
  if (filter) {
    return (
      <EmptyState
        title="No matching versions"
        text={`This flow has no versions of type “${describeVersionType(filter)}”.`}
        action={<Button onClick={onShowAll}>Show all versions</Button>}
      />
    );
  }
  return <EmptyState title="No versions yet" text="Publish the flow to create a version." />;
}

function ListRefreshError({ list }: { readonly list: List }) {
  if (!list.error) return null;
  return (
    <InlineErrorMessage
      text={`Couldn’t refresh versions. ${describeReadError(list.error)}`}
      retrying={list.isFetching}
      onRetry={list.retry}
      className="border-t border-line"
    />
  );
}

interface VersionRowState {
  readonly flowId: string;
  readonly isLive: boolean;
  readonly hasLive: boolean;
  readonly actions: FlowVersionActionCallbacks;
}

type VersionCell = TableCellProps<FlowVersionListItem, VersionRowState>;

const versionColumns: readonly TableColumn<FlowVersionListItem, VersionRowState>[] = [
  { id: "version", heading: "Version", width: "6.25rem", cell: VersionLink },
  {
    id: "type",
    heading: "Type",
    width: "5.5rem",
    className: "flex min-w-0",
    cell: Badges,
  },
  {
    id: "notes",
    heading: "Label and notes",
    width: "minmax(0, 1fr)",
    cell: Notes,
  },
  {
    id: "changes",
    heading: "Changes",
    width: "16rem",
    cell: ({ row }) => {
      const changes = describeVersionChanges(row);
      return (
        <span
          className="relative z-10 min-w-0 justify-self-start truncate text-sm text-muted"
          {...(changes !== undefined && getTooltipProps(changes, { whenTruncated: true }))}
        >
          {changes}
        </span>
      );
    },
  },
  {
    id: "steps",
    heading: "Steps",
    width: "5rem",
    align: "end",
    className: "text-right text-sm whitespace-nowrap text-muted tabular-nums",
    cell: ({ row }) => formatStepCount(row.totalStepCount ?? row.stepCount),
  },
  {
    id: "created",
    heading: "Created",
    width: "6.5rem",
    align: "end",
    cell: ({ row }) => (
      <RowRelativeTime time={row.createdAt} className="justify-self-end text-sm text-muted" />
    ),
  },
  { id: "menu", width: "2.5rem", cell: VersionMenu },
];

function CompactVersion(cell: VersionCell) {
  const { row } = cell;
  const changes = describeVersionChanges(row);
  return (
    <>
      <span className="flex min-w-0 flex-1 flex-col gap-1">
        <span className="flex min-w-0 items-center gap-2">
          <VersionLink {...cell} />
          <span className="flex shrink-0">
            <Badges {...cell} />
          </span>
          <Notes {...cell} />
        </span>
        <span className="flex min-w-0 items-center gap-3 text-xs text-muted">
          {changes !== undefined && <span className="min-w-0 truncate">{changes}</span>}
          <span className="shrink-0 tabular-nums">
            {formatStepCount(row.totalStepCount ?? row.stepCount)}
          </span>
          <RowRelativeTime time={row.createdAt} className="ml-auto" />
        </span>
      </span>
      <VersionMenu {...cell} />
    </>
  );
}

function Badges({ row, isLive }: VersionCell) {
  return <VersionBadges type={row.versionType} isLive={isLive} className="max-w-full" />;
}

function VersionMenu({ row, isLive, hasLive, isActive, actions }: VersionCell) {
  const viewOnlyReason = useViewOnlyReason();
  const entries = () => listVersionMenuEntries(row, { isLive, hasLive, viewOnlyReason }, actions);
  return <RowActionsMenu name={formatVersionName(row)} isActive={isActive} entries={entries} />;
}

function VersionLink({ flowId, row: version, isActive }: VersionCell) {
  return (
    <Link
      to="/flows/$flowId/versions/$versionId"
      params={{ flowId, versionId: version.id }}
      search={keepOnlyStepSearchParam}
      resetScroll={false}
      tabIndex={isActive ? 0 : -1}
      data-row-link=""
      // Delays the preload on hover: it reads a whole flow, and scrolling moves many rows past the pointer.
      preloadDelay={300}
      className="inline-flex min-h-6 shrink-0 items-center font-medium whitespace-nowrap tabular-nums outline-none after:absolute after:inset-0"
    >
      {formatVersionName(version)}
    </Link>
  );
}

function Notes({ row }: VersionCell) {
  const { label, notes, versionType } = row;
  const text = notes?.trim();
  const author = quoteVersionAuthor(row);
  if (!label && !text) {
    const by = author === undefined ? "" : `by ${author}`;
    const words = versionType === "draft" ? `Saved draft ${by}` : by.replace("by", "By");
    return (
      <span
        className="min-w-0 flex-1 truncate text-sm text-faint"
        {...getTooltipProps(words, { whenTruncated: true })}
      >
        {words}
      </span>
    );
  }
  return (
    <span
      dir="auto"
      className="min-w-0 flex-1 truncate text-sm"
      {...getTooltipProps(joinNotes(label, text, author), { whenTruncated: true })}
    >
      {label && <span className="font-medium">{label}</span>}
      {label && text && <VisuallyHidden>, notes: </VisuallyHidden>}
      {text && (
        <span className="text-muted">
          {label && <span aria-hidden="true"> · </span>}
          {text.slice(0, MAX_NOTES_LENGTH)}
        </span>
      )}
      {author !== undefined && <span className="text-faint"> · by {author}</span>}
    </span>
  );
}

const MAX_NOTES_LENGTH = 300;

const joinNotes = (label: string | null, notes: string | undefined, author: string | undefined) => {
  const words = [label, notes, author && `by ${author}`].filter(Boolean).join(" · ");
  return words.length > MAX_NOTES_LENGTH ? `${words.slice(0, MAX_NOTES_LENGTH)}…` : words;
};
