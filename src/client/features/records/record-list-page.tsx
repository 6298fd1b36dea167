import { Link } from "@tanstack/react-router";
import { Download, Plus, Upload } from "lucide-react";
import { useMemo, useRef, useState } from "react";
import type { FlowRecord } from "#contract/record.ts";
import { exportAddress } from "#client/data/record-queries.ts";
import type { RowArrangement } from "#client/ui/arrange-rows.ts";
import { Button, buttonColours } from "#client/ui/button.tsx";
import { ConfirmDialog } from "#client/ui/confirm-dialog.tsx";
import { formatNumber } from "#client/ui/format-count.ts";
import { joinClasses } from "#client/ui/join-classes.ts";
import { SearchField } from "#client/ui/search-field.tsx";
import { useDocumentTitle } from "#client/ui/use-document-title.ts";
import { useHeld } from "#client/ui/use-held.ts";
import { tooltip } from "#client/ui/tooltip.ts";
import { useMediaQuery } from "#client/ui/use-media-query.ts";
import { useSearchText } from "#client/ui/use-search-text.ts";
import { nameRecords } from "./delete-records.ts";
import { findListFocus } from "./find-list-focus.ts";
import { findFields } from "./record-fields.ts";
import { RecordHeadings } from "./record-headings.tsx";
import { RecordParts } from "./record-parts.tsx";
import { RecordRows } from "./record-rows.tsx";
import { RecordsGate, useReadOnlyReason } from "./records-gate.tsx";
import { NEW_RECORD, type RecordsSearch } from "./records-address.ts";
import { RecordsState, RecordsSkeleton, RecordsTrouble } from "./records-state.tsx";
import { SelectionBar } from "./selection-bar.tsx";
import { useRecordCommands } from "./use-record-commands.ts";
import { useRecordList } from "./use-record-list.ts";
import { useSelection } from "./use-selection.ts";

export type RecordListPageProps = {
  readonly type: string;
  readonly address: RecordsSearch;
  readonly onAddressChange: (address: RecordsSearch, options: { readonly replace: boolean }) => void;
};

const FIRST_ROWS = 100;

/** The records of one type. */
export function RecordListPage({ type, address, onAddressChange }: RecordListPageProps) {
  useDocumentTitle(type);
  const { search, record: openId } = address;
  const show = (record: string | undefined) =>
    onAddressChange({ ...(search && { search }), ...(record && { record }) }, { replace: false });

  const readOnlyReason = useReadOnlyReason();
  const [isImporting, setImporting] = useState(false);
  const actions = useRecordCommands();
  const list = useRecordList({ type, search }, actions.editingId !== undefined);
  const { rows, total } = list.arrangement;
  const selection = useSelection(rows, search ?? "");
  const fields = useFields(list.arrangement);
  const isNarrow = !useMediaQuery("(min-width: 52rem)");
  const head = useRef<HTMLDivElement>(null);
  const [text, setText] = useSearchText(search ?? "", (next) => {
    // Whoever looks for something else is not to be called away from it.
    actions.forgetWanted();
    // Typing replaces the address, so that Back leads out of a search and not through its letters.
    onAddressChange({ ...(next && { search: next }) }, { replace: true });
  });
  const isWaiting = !list.isSettled && !list.error && rows.length === 0;
  const hasNothing = list.isSettled && rows.length === 0 && search === undefined;

  return (
    <RecordsGate error={list.error} isBusy={openId !== undefined || isImporting}>
      <div className="mx-auto w-full max-w-7xl flex-1 pb-16">
        <div className="flex flex-wrap items-center gap-x-3 gap-y-2 px-3 pt-5 sm:px-4">
          {/* A phone has no room for the way back beside a name, a count and a button. */}
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
                {...tooltip(type, { whenTruncated: true })}
                className="min-w-0 truncate text-xl font-semibold tracking-tight outline-none"
              >
                {type}
              </h1>
              {total !== undefined && list.isSettled && (
                <span className="text-muted tabular-nums">{formatNumber(total)}</span>
              )}
            </div>
          </div>
          <Button
            variant="primary"
            icon={Plus}
            data-new-record=""
            disabledReason={readOnlyReason}
            onClick={() => show(NEW_RECORD)}
          >
            New record
          </Button>
        </div>
        <div ref={head} data-list-head="" className="top-(--bar) z-20 bg-canvas px-3 pt-3 sm:sticky sm:px-4">
          <search className="flex flex-wrap items-center gap-2">
            <SearchField
              label="Search records"
              value={text}
              onValueChange={setText}
              className="min-w-full flex-1 sm:max-w-md sm:min-w-56"
            />
            <span className="flex flex-1 gap-2 sm:ml-auto sm:flex-none">
              <Button
                icon={Upload}
                disabledReason={readOnlyReason}
                className="flex-1"
                onClick={() => setImporting(true)}
              >
                Import
              </Button>
              {rows.length > 0 && (
                <a
                  href={exportAddress({ type, search })}
                  download=""
                  className={joinClasses(
                    "inline-flex h-8 flex-1 items-center justify-center gap-1.5 rounded-md px-3 text-sm font-medium whitespace-nowrap pointer-coarse:h-10",
                    buttonColours.secondary,
                  )}
                >
                  <Download aria-hidden="true" className="-ml-0.5 size-4" />
                  Export CSV
                </a>
              )}
            </span>
          </search>
          {selection.records.size > 0 ? (
            <SelectionBar
              {...{ selection, readOnlyReason }}
              loaded={rows.length}
              commands={actions.commands}
            />
          ) : rows.length > 0 && !isNarrow ? (
            <RecordHeadings {...{ fields, selection }} loaded={rows.length} />
          ) : (
            <div className="-mx-3 mt-3 border-b border-line sm:-mx-4" />
          )}
        </div>
        <RecordsTrouble list={list} />
        {rows.length > 0 ? (
          <RecordRows
            {...{ list, fields, isNarrow, selection, readOnlyReason }}
            editingId={actions.editingId}
            nextNames={actions.nextNames}
            commands={actions.commands}
            wantedId={actions.wantedId}
            onWantedShown={actions.forgetWanted}
          />
        ) : isWaiting ? (
          <RecordsSkeleton />
        ) : (
          <RecordsState
            {...{ list, type, search, hasNothing, readOnlyReason }}
            onCreate={() => show(NEW_RECORD)}
            onImport={() => setImporting(true)}
            onClear={() => {
              onAddressChange({}, { replace: false });
              // The button goes with the state it belongs to; the search box stays.
              head.current?.querySelector<HTMLElement>("input")?.focus();
            }}
          />
        )}
      </div>
      <RecordParts
        type={type}
        openId={openId}
        isImporting={isImporting}
        onClose={() => show(undefined)}
        onSaved={(saved) => {
          if (saved.type !== type || rows.some(({ id }) => id === saved.id)) return;
          actions.want(saved.id);
          // What was searched for may hide it.
          if (search !== undefined) onAddressChange({}, { replace: false });
        }}
        onImportClosed={() => setImporting(false)}
        returnFocus={findListFocus}
      />
      {actions.doomed && (
        <ConfirmDialog
          danger
          title={`Delete ${nameRecords(actions.doomed)}?`}
          description="What flows did with it is deleted too. You can undo this for a few seconds."
          confirmLabel="Delete"
          onConfirm={() => {
            if (actions.doomed) actions.deleteNow(actions.doomed);
            selection.forget();
            actions.closeQuestion();
          }}
          onClose={actions.closeQuestion}
          returnFocus={findListFocus}
        />
      )}
    </RecordsGate>
  );
}

/** Those of the first rows, and while these are scrolled away the same: no column changes its meaning under the reader. */
function useFields({ before, rows }: RowArrangement<FlowRecord>): readonly string[] {
  const found = useHeld(JSON.stringify(findFields(rows.slice(0, FIRST_ROWS))), before > 0);
  return useMemo(() => JSON.parse(found) as readonly string[], [found]);
}
