import { useMemo, useRef, useState, useCallback } from "react";
import { Link, useRouter } from "@tanstack/react-router";
import { Download, Plus, Upload, Trash2, X } from "lucide-react";
import type { FlowRecord } from "#contract/record.ts";
import { preloadWhenIdle } from "#client/data/api/preload.ts";
import { PageNotices } from "#client/page/page-notices.tsx";
import { UnsavedFormTextNotice } from "#client/page/unsaved-form-text-notice.tsx";
import { formatTotalOrLowerBound, formatCount, formatNumber } from "#client/ui/format/format-count.ts";
import { truncateNameToOneLine } from "#core/text/quote-name.ts";
import { useDocumentTitle } from "#client/ui/hooks/use-document-title.ts";
import { useValueFrozenWhileHeld } from "#client/ui/rows/use-paged-rows.ts";
import { MIN_WIDTH_TABLE, MIN_WIDTH_FULL, useMediaQuery } from "#client/ui/hooks/use-media-query.ts";
import { LazyConfirmDialog } from "#client/ui/overlays/lazy-confirm-dialog.ts";
import type { JoinedRowPages } from "#client/ui/rows/join-row-pages.ts";
import { ColumnHeadings } from "#client/ui/rows/columns.tsx";
import { type RowSelection, useRowSelection } from "#client/ui/rows/row-selection.tsx";
import { SelectAllCheckbox } from "#client/ui/rows/select-all-checkbox.tsx";
import { buildRecordExportUrl } from "#client/data/queries/record-queries.ts";
import { Button, buttonColorClasses } from "#client/ui/controls/button.tsx";
import { SearchField } from "#client/ui/fields/search-field.tsx";
import { useDebouncedSearchText } from "#client/ui/fields/use-search-text.ts";
import { joinClasses } from "#client/ui/format/join-classes.ts";
import { getTooltipProps } from "#client/ui/overlays/tooltip.ts";
import { requestFocusWhenRendered } from "#client/ui/focus/focus-request.ts";
import { IconButton } from "#client/ui/controls/icon-button.tsx";
import { VisuallyHidden } from "#client/ui/controls/inline-text.tsx";
import { formatRecordNames } from "./delete-records.ts";
import { type RecordColumn, createRecordColumns, RecordTable } from "./record-table.tsx";
import { type MetadataColumn, chooseMetadataColumns } from "./metadata-columns.ts";
import { NEW_RECORD_ID } from "./record-list-search-params.ts";
import { RecordDialogs } from "./record-dialogs.tsx";
import { RecordPageShortcuts } from "./record-shortcuts.tsx";
import { useMissingScope } from "#client/data/queries/capability-queries.ts";
import { RecordsAccessGuard } from "./records-access-guard.tsx";
import {
  type ChangeRecordListSearchParams,
  type RecordListSearchParams,
  createOpenRecordRemover,
  isUnsavedTextOfRecordForm,
} from "./record-list-search-params.ts";
import {
  RecordsSkeleton,
  RecordListStatusView,
  RecordsRefreshError,
  useRecordList,
} from "./records-state.tsx";
import {
  type RecordActionsAndDialogsState,
  useRecordActionsAndDialogs,
  type RecordRowActionCallbacks,
} from "./use-record-actions.ts";

type RecordListPageProps = {
  readonly type: string;
  readonly address: RecordListSearchParams;
  readonly onAddressChange: ChangeRecordListSearchParams;
};

const FIRST_ROWS = 100;

preloadWhenIdle(LazyConfirmDialog.preload);

export function RecordListPage({ type, address, onAddressChange }: RecordListPageProps) {
  useDocumentTitle(truncateNameToOneLine(type));
  const { search, record: openId } = address;
  const readOnlyReason = useMissingScope("RECORDS:WRITE");
  const [isImporting, setImporting] = useState(false);
  const listActions = useRecordActionsAndDialogs();
  const list = useRecordList({ type, search }, listActions.editingId !== undefined);
  const { rows, total, totalAbove } = list.arrangement;
  const selection = useRowSelection(rows, { noun: "record", question: search ?? "" });
  const columns = useColumns(list.arrangement);
  const isNarrow = !useMediaQuery(MIN_WIDTH_TABLE);
  const head = useRef<HTMLDivElement>(null);
  const isWaiting = !list.isLoaded && !list.error && rows.length === 0;
  const create = () => onAddressChange((now) => ({ ...now, record: NEW_RECORD_ID }), { replace: false });

  return (
    <RecordsAccessGuard error={list.error} isBusy={openId !== undefined || isImporting}>
      <div className="flex-1 pb-16">
        <RecordListTitle
          type={type}
          readOnlyReason={readOnlyReason}
          total={list.isLoaded ? formatTotalOrLowerBound(total, totalAbove) : undefined}
          onCreate={create}
        />
        <div ref={head} data-list-head="" className="top-(--bar) z-20 bg-canvas px-gutter pt-3 sm:sticky">
          <RecordToolbar
            type={type}
            search={search}
            readOnlyReason={readOnlyReason}
            isOld={list.isOld}
            canExport={rows.length > 0}
            onSearch={(text) => {
              // Cancels the pending focus of a record that was just saved: the new search may not find the record.
              listActions.forgetWanted();
              // Replaces the history entry for every typed letter, so that a single Back leaves the search.
              onAddressChange((now) => ({ ...now, search: text }), { replace: true });
            }}
            onImport={() => setImporting(true)}
          />
          <ListHead
            selection={selection}
            readOnlyReason={readOnlyReason}
            loaded={rows}
            columns={isNarrow ? undefined : columns}
            actions={listActions.actions}
          />
        </div>
        <RecordsRefreshError list={list} />
        {rows.length > 0 ? (
          <RecordTable
            list={list}
            columns={columns}
            isNarrow={isNarrow}
            selection={selection}
            readOnlyReason={readOnlyReason}
            listActions={listActions}
          />
        ) : isWaiting ? (
          <RecordsSkeleton />
        ) : (
          <RecordListStatusView
            list={list}
            type={type}
            search={search}
            readOnlyReason={readOnlyReason}
            onCreate={create}
            onImport={() => setImporting(true)}
            onClear={() => {
              onAddressChange(() => ({}), { replace: false });
              // Moves the focus to the search box, because the focused button is unmounted.
              head.current?.querySelector<HTMLElement>("input")?.focus();
            }}
          />
        )}
        <PageNotices>
          <UnsavedFormTextNotice key={openId} isShown={isUnsavedTextOfRecordForm} />
        </PageNotices>
      </div>
      <RecordDialogs
        type={type}
        openId={openId}
        isImporting={isImporting}
        onClose={() => {
          onAddressChange(createOpenRecordRemover(openId), { replace: false });
        }}
        onSaved={(saved) => {
          if (saved.type !== type || rows.some(({ id }) => id === saved.id)) return;
          listActions.want(saved.id);
          // Clears the search, because its results may not contain the saved record.
          if (search !== undefined) onAddressChange(({ search: _search, ...now }) => now, { replace: false });
        }}
        onImportClosed={() => setImporting(false)}
        returnFocus={findListFocus}
      />
      <DeleteQuestion listActions={listActions} onDelete={() => selection.set([], true)} />
      <RecordPageShortcuts page="list" />
    </RecordsAccessGuard>
  );
}

type ListHeadProps = SelectionBarProps & {
  readonly columns: readonly RecordColumn[] | undefined;
};

function ListHead({ columns, ...bar }: ListHeadProps) {
  const { selection, loaded } = bar;
  if (selection.rows.size > 0) return <SelectionBar {...bar} />;
  if (loaded.length === 0 || !columns) return <div className="-mx-gutter mt-4 border-b border-line" />;
  return (
    <ColumnHeadings
      columns={columns}
      control={<SelectAllCheckbox noun="record" selection={selection} loaded={loaded} />}
      className="-mx-gutter mt-2 min-h-8 gap-x-4 px-gutter text-muted"
    />
  );
}

type DeleteQuestionProps = {
  readonly listActions: RecordActionsAndDialogsState;
  readonly onDelete: () => void;
};

function DeleteQuestion({ listActions, onDelete }: DeleteQuestionProps) {
  const { toDelete, deleteNow, closeQuestion } = listActions;
  if (!toDelete) return null;
  return (
    <LazyConfirmDialog
      danger
      title={`Delete ${formatRecordNames(toDelete)}?`}
      description="Run results for these records are deleted too. You can undo this for a few seconds."
      confirmLabel="Delete"
      onConfirm={() => {
        deleteNow(toDelete);
        onDelete();
        closeQuestion();
      }}
      onClose={closeQuestion}
      returnFocus={findListFocus}
    />
  );
}

/** If scrolling has unloaded the first rows, the columns stay unchanged. */
function useColumns({ before, rows }: JoinedRowPages<FlowRecord>) {
  const isWide = useMediaQuery(MIN_WIDTH_FULL);
  const chosen = useValueFrozenWhileHeld(
    JSON.stringify(chooseMetadataColumns(rows.slice(0, FIRST_ROWS), isWide)),
    before > 0,
  );
  return useMemo(() => createRecordColumns(JSON.parse(chosen) as readonly MetadataColumn[]), [chosen]);
}

type RecordListTitleProps = {
  readonly type: string;
  readonly total: string | undefined;
  readonly readOnlyReason: string | undefined;
  readonly onCreate: () => void;
};

function RecordListTitle({ type, total, readOnlyReason, onCreate }: RecordListTitleProps) {
  return (
    <div className="flex flex-wrap items-center gap-x-3 gap-y-2 px-gutter pt-5">
      {/* Stacks the link above the heading on narrow screens, which have no room for both in a row. */}
      <div className="min-w-0 flex-1 items-baseline gap-2 sm:flex">
        <Link
          to="/records"
          activeOptions={{ exact: true }}
          className="inline-flex min-h-6 items-center rounded-sm text-muted hover:text-ink"
        >
          Records
        </Link>
        <span aria-hidden="true" className="text-faint max-sm:hidden">
          /
        </span>
        <div className="flex min-w-0 items-baseline gap-2">
          <h1
            dir="auto"
            {...getTooltipProps(type, { whenTruncated: true })}
            className="min-w-0 truncate text-xl font-semibold tracking-tight outline-none"
          >
            {type}
          </h1>
          {total !== undefined && <span className="text-muted tabular-nums">{total}</span>}
        </div>
      </div>
      <Button
        variant="primary"
        icon={Plus}
        data-new-record=""
        disabledReason={readOnlyReason}
        onClick={onCreate}
      >
        New record
      </Button>
    </div>
  );
}

type RecordToolbarProps = {
  readonly type: string;
  readonly search: string | undefined;
  readonly isOld: boolean;
  readonly canExport: boolean;
  readonly readOnlyReason: string | undefined;
  readonly onSearch: (text: string) => void;
  readonly onImport: () => void;
};

function RecordToolbar(props: RecordToolbarProps) {
  const { type, search, isOld, canExport, readOnlyReason, onSearch, onImport } = props;
  const router = useRouter();
  const {
    text,
    isPending,
    type: setText,
  } = useDebouncedSearchText(
    search ?? "",
    onSearch,
    useCallback((onNavigate) => router.subscribe("onBeforeNavigate", onNavigate), [router]),
  );
  return (
    <search className="flex flex-wrap items-center gap-2">
      <SearchField
        label="Search records"
        value={text}
        onValueChange={setText}
        isPending={isPending || isOld}
        className="min-w-full flex-1 sm:max-w-md sm:min-w-56"
      />
      <span className="flex flex-1 gap-2 sm:ml-auto sm:flex-none">
        <Button icon={Upload} disabledReason={readOnlyReason} className="flex-1" onClick={onImport}>
          Import
        </Button>
        {canExport && (
          <a
            href={buildRecordExportUrl({ type, search })}
            download=""
            className={joinClasses(
              "inline-flex h-8 flex-1 items-center justify-center gap-1.5 rounded-md px-3 text-sm font-medium whitespace-nowrap pointer-coarse:h-10",
              buttonColorClasses.secondary,
            )}
          >
            <Download aria-hidden="true" className="-ml-0.5 size-4" />
            Export CSV
          </a>
        )}
      </span>
    </search>
  );
}

type SelectionBarProps = {
  readonly selection: RowSelection<FlowRecord>;
  readonly loaded: readonly FlowRecord[];
  readonly actions: RecordRowActionCallbacks;
  readonly readOnlyReason: string | undefined;
};

function SelectionBar({ selection, loaded, actions, readOnlyReason }: SelectionBarProps) {
  const records = [...selection.rows.values()];
  const clear = () => {
    selection.set([]);
    requestFocusWhenRendered(findListFocus);
  };
  return (
    <section
      aria-label="Selected records"
      className="-mx-gutter mt-2 flex min-h-8 items-center gap-x-1 border-b border-line bg-accent-soft/60 px-gutter text-sm"
    >
      <SelectAllCheckbox noun="record" selection={selection} loaded={loaded} />
      <p className="mr-auto min-w-0 truncate tabular-nums sm:ml-2">
        <VisuallyHidden>{formatCount(records.length, "record")} selected</VisuallyHidden>
        <span aria-hidden="true">{formatNumber(records.length)} selected</span>
      </p>
      <Button
        size="sm"
        variant="ghost"
        icon={Download}
        {...getTooltipProps("Export as JSON")}
        onClick={() => actions.download(records)}
      >
        Export
      </Button>
      <Button
        size="sm"
        variant="ghost"
        icon={Trash2}
        disabledReason={readOnlyReason}
        onClick={() => actions.remove(records)}
      >
        Delete
      </Button>
      <IconButton label="Clear selection" icon={X} size="sm" onClick={clear} />
    </section>
  );
}

function findListFocus(): HTMLElement | null {
  return (
    document.querySelector<HTMLElement>("[data-active] [data-row-link]") ??
    document.querySelector<HTMLElement>("[data-new-record]")
  );
}
