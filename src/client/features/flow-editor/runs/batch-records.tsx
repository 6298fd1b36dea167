import { useRef } from "react";
import { RECORD_RUN_STATUSES, type BatchState } from "#contract/run.ts";
import { Button } from "#client/ui/button.tsx";
import { EmptyState } from "#client/ui/empty-state.tsx";
import { joinClasses } from "#client/ui/join-classes.ts";
import { rootFontSize } from "#client/ui/root-font-size.ts";
import { RowList } from "#client/ui/row-list.tsx";
import { Select } from "#client/ui/select.tsx";
import { SkeletonRows } from "#client/ui/skeleton-rows.tsx";
import { useFoundNews } from "#client/ui/use-found-news.ts";
import { ColumnHeadings } from "./column-headings.tsx";
import { batchName } from "./describe-run.ts";
import { ListTrouble, NoRows } from "./list-trouble.tsx";
import { countFound, readMoreNear } from "#client/features/flow-editor/read-rows.ts";
import { RECORD_COLUMNS, RecordRow } from "./record-row.tsx";
import { statusLabel } from "./run-status.tsx";
import type { BatchSearch } from "./runs-address.ts";
import type { BatchAddress } from "./use-batch-address.ts";
import type { BatchRecords as Records } from "./use-batch-records.ts";

type BatchRecordsProps = {
  readonly batch: BatchState;
  readonly records: Records;
  readonly search: BatchSearch;
  readonly address: BatchAddress;
  /** The record that the list was left by. */
  readonly startAt: string | undefined;
  readonly isNarrow: boolean;
  readonly className: string;
};

/** Rows of one line, and of two where there is little room, in rem. */
const ROW_REM = { wide: 2.5, narrow: 3.75 } as const;

const outcomes = [
  { value: "", label: "All records" },
  ...RECORD_RUN_STATUSES.map((status) => ({ value: status, label: statusLabel(status) })),
];

/** The records of a run, those of one outcome if asked for. Choosing one shows what its steps did. */
export function BatchRecords(props: BatchRecordsProps) {
  const { batch, records, search, address, className } = props;
  const section = useRef<HTMLElement>(null);
  useFoundNews({ noun: "record", question: search.status, ...countFound(records) });
  const showAll = () => {
    address.showStatus(undefined);
    // The button goes with the state it belongs to; the filter stays.
    section.current?.querySelector("select")?.focus();
  };
  return (
    <section
      ref={section}
      aria-label={`Records of the run on ${batchName(batch)}`}
      className={joinClasses("flex min-h-0 min-w-0 flex-col", className)}
    >
      <div className="flex shrink-0 items-center gap-2 border-b border-line px-3 py-1.5 sm:px-4">
        <h3 className="mr-auto text-sm font-medium">Records</h3>
        <Select
          label="Outcome"
          labelHidden
          options={outcomes}
          value={search.status ?? ""}
          onChange={({ target }) =>
            address.showStatus(RECORD_RUN_STATUSES.find((status) => status === target.value))
          }
          className="w-36"
        />
      </div>
      <Rows {...props} onShowAll={showAll} />
    </section>
  );
}

type RowsProps = BatchRecordsProps & { readonly onShowAll: () => void };

function Rows({ records, search, address, startAt, isNarrow, onShowAll }: RowsProps) {
  if (records.rows.length === 0) {
    if (records.error) return <NoRows list={records} what="records" />;
    if (records.isFetching) return <SkeletonRows label="Loading the records" rows={6} />;
    return (
      <EmptyState
        headingLevel={3}
        title="No record here"
        text={
          search.status === undefined
            ? "This run has no records."
            : `No record of this run is ${statusLabel(search.status).toLowerCase()} now.`
        }
        action={search.status !== undefined && <Button onClick={onShowAll}>Show all records</Button>}
      />
    );
  }
  return (
    <>
      {!isNarrow && (
        <ColumnHeadings
          columns={RECORD_COLUMNS}
          names={["Status", "Record", "Outcome", "", "Took"]}
          right={1}
        />
      )}
      <RowList
        label="Records"
        rows={records.rows}
        rowHeight={(isNarrow ? ROW_REM.narrow : ROW_REM.wide) * rootFontSize()}
        isComplete={records.isComplete}
        startAt={startAt}
        selectedId={search.record}
        rowClassName={isNarrow ? "px-3 sm:px-4" : "gap-x-4 px-4"}
        columns={isNarrow ? undefined : RECORD_COLUMNS}
        onSeen={(first, last) => {
          records.noteSeen(first, last);
          readMoreNear(records, last);
        }}
      >
        {({ record }, isActive) => (
          <RecordRow
            {...{ record, isNarrow, isActive }}
            isSelected={record.recordId === search.record}
            onSelect={address.showRecord}
          />
        )}
      </RowList>
      <ListTrouble list={records} what="results" />
    </>
  );
}
