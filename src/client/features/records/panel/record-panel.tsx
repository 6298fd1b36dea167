import { useQuery } from "@tanstack/react-query";
import type { FlowRecord } from "#contract/record.ts";
import { ApiError, describeError } from "#client/data/api-error.ts";
import { recordQueries } from "#client/data/record-queries.ts";
import { NEW_RECORD } from "#client/features/records/records-address.ts";
import { Dialog } from "#client/ui/dialog.tsx";
import { ErrorState } from "#client/ui/error-state.tsx";
import { SkeletonRows } from "#client/ui/skeleton-rows.tsx";
import { RecordEditor } from "./record-editor.tsx";

export type RecordPanelProps = {
  /** Of a record, or `NEW_RECORD`. */
  readonly id: string;
  /** The type of a new one. */
  readonly type: string;
  readonly onClose: () => void;
  readonly onSaved: (record: FlowRecord) => void;
  readonly returnFocus: () => HTMLElement | null;
};

/** One record, to be read and edited beside the list it is from. */
export function RecordPanel({ id, type, ...panel }: RecordPanelProps) {
  if (id === NEW_RECORD) return <RecordEditor id={id} startType={type} {...panel} />;
  return <ExistingRecord id={id} {...panel} />;
}

function ExistingRecord({ id, ...panel }: Omit<RecordPanelProps, "type">) {
  const { data, error, isFetching, refetch } = useQuery(recordQueries.detail(id));
  const isGone = error instanceof ApiError && error.status === 404;
  if (data)
    return <RecordEditor id={id} startType={data.record.type} read={data} isGone={isGone} {...panel} />;
  return (
    <Dialog variant="sheet" title="Record" onClose={panel.onClose} returnFocus={panel.returnFocus}>
      {error ? (
        <ErrorState
          headingLevel={3}
          title={isGone ? "This record is not here" : "The record could not be read"}
          text={describeError(error)}
          retrying={isFetching}
          {...(!isGone && { onRetry: () => void refetch() })}
        />
      ) : (
        <SkeletonRows label="Loading the record" rows={4} />
      )}
    </Dialog>
  );
}
