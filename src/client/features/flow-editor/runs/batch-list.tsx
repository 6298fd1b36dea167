import { useEffect } from "react";
import { EmptyState } from "#client/ui/empty-state.tsx";
import { Button } from "#client/ui/button.tsx";
import { RowList } from "#client/ui/row-list.tsx";
import { SkeletonRows } from "#client/ui/skeleton-rows.tsx";
import { rootFontSize } from "#client/ui/root-font-size.ts";
import { useMediaQuery } from "#client/ui/use-media-query.ts";
import { BATCH_COLUMNS, BatchRow } from "./batch-row.tsx";
import { ColumnHeadings } from "./column-headings.tsx";
import { focusRow } from "./focus-row.ts";
import { ListTrouble, NoRows } from "./list-trouble.tsx";
import { readMoreNear } from "#client/features/flow-editor/read-rows.ts";
import { RunDrawing } from "./run-drawing.tsx";
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
  const isNarrow = useMediaQuery("(max-width: 1023px)");
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
      {!isNarrow && (
        <ColumnHeadings
          columns={BATCH_COLUMNS}
          names={["Status", "Records", "Outcome", "Took", "Begun"]}
          right={2}
        />
      )}
      <RowList
        label="Runs"
        rows={list.rows}
        rowHeight={(isNarrow ? ROW_REM.narrow : ROW_REM.wide) * rootFontSize()}
        isComplete={list.isComplete}
        startAt={startAt}
        rowClassName={isNarrow ? "px-3 sm:px-4" : "gap-x-4 px-4"}
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
