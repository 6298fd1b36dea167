import { useEffect } from "react";
import { EmptyState } from "#client/ui/empty-state.tsx";
import { Button } from "#client/ui/button.tsx";
import { RowList } from "#client/ui/row-list.tsx";
import { SkeletonRows } from "#client/ui/skeleton-rows.tsx";
import { rootFontSize } from "#client/ui/root-font-size.ts";
import { useMediaQuery } from "#client/ui/use-media-query.ts";
import { BATCH_COLUMNS, BatchRow } from "./batch-row.tsx";
import { focusRow } from "./focus-row.ts";
import { ListTrouble, NoRows } from "./list-trouble.tsx";
import { readMoreNear } from "#client/features/flow-editor/read-rows.ts";
import { useBatches } from "./use-batches.ts";

type BatchListProps = {
  readonly flowId: string;
  readonly hasEvents: boolean;
  /** The run that was looked at before. */
  readonly startAt: string | undefined;
  readonly onRun: () => void;
};

/** Rows of one line, and of two where there is little room, in rem. */
const ROW_REM = { wide: 2.75, narrow: 4.25 } as const;

/** What ran, newest first: on what, how far it is or how it ended, and when. */
export function BatchList({ flowId, hasEvents, startAt, onRun }: BatchListProps) {
  const list = useBatches(flowId, hasEvents);
  // The page's heading gets the focus while the list is still being read; whoever comes back is led to where they were.
  useEffect(() => {
    if (startAt !== undefined) focusRow(startAt);
  }, [startAt]);
  const isNarrow = useMediaQuery("(max-width: 767px)");
  if (list.rows.length === 0) {
    if (list.error) return <NoRows list={list} what="runs" />;
    if (list.isFetching) return <SkeletonRows label="Loading the runs" rows={8} />;
    return (
      <EmptyState
        title="It has not run yet"
        text="A run takes the saved flow over every record of a type. How far it is, and what each step made of each record, is shown here."
        action={
          <Button variant="primary" onClick={onRun}>
            Run…
          </Button>
        }
        drawing={<RunDrawing />}
      />
    );
  }
  return (
    <>
      {!isNarrow && <Headings />}
      <RowList
        label="Runs"
        rows={list.rows}
        rowHeight={(isNarrow ? ROW_REM.narrow : ROW_REM.wide) * rootFontSize()}
        isComplete={list.isComplete}
        startAt={startAt}
        rowClassName={isNarrow ? "px-3" : "gap-x-4 px-4"}
        columns={isNarrow ? undefined : BATCH_COLUMNS}
        onSeen={(_, last) => readMoreNear(list, last)}
      >
        {({ batch }, isActive) => (
          <BatchRow {...{ flowId, batch, isNarrow, isActive }} readAt={list.readAt} />
        )}
      </RowList>
      <ListTrouble list={list} what="runs" />
    </>
  );
}

/** What the columns are, for the eye: to everyone else each row says it in its own words. */
function Headings() {
  return (
    <div
      aria-hidden="true"
      className="grid h-8 shrink-0 items-center gap-x-4 border-b border-line px-4 text-xs text-muted"
      style={{ gridTemplateColumns: BATCH_COLUMNS }}
    >
      <span>Status</span>
      <span>Records</span>
      <span>Outcome</span>
      <span className="text-right">Took</span>
      <span className="text-right">Begun</span>
    </div>
  );
}

function RunDrawing() {
  return (
    <svg width="96" height="32" viewBox="0 0 96 32" fill="none" stroke="currentColor" strokeWidth="2">
      <path d="M12 16h20M42 16h14M66 16h16" />
      <circle cx="8" cy="16" r="4" fill="currentColor" />
      <circle cx="37" cy="16" r="5" fill="currentColor" />
      <circle cx="61" cy="16" r="5" />
      <circle cx="87" cy="16" r="4" strokeDasharray="2 3" />
    </svg>
  );
}
