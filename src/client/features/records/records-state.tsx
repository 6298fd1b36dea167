import { Plus, Upload } from "lucide-react";
import { NetworkError, describeError } from "#client/data/api-error.ts";
import { Button } from "#client/ui/button.tsx";
import { EmptyState } from "#client/ui/empty-state.tsx";
import { ErrorLine, ErrorState } from "#client/ui/error-state.tsx";
import { SkeletonRows } from "#client/ui/skeleton-rows.tsx";
import { quoteName } from "#core/quote-name.ts";
import { RecordsDrawing } from "./records-drawing.tsx";
import type { RecordList } from "./use-record-list.ts";

type RecordsStateProps = {
  readonly list: Pick<RecordList, "error" | "isRetrying" | "retry">;
  /** Undefined where all types are shown. */
  readonly type: string | undefined;
  readonly search: string | undefined;
  readonly readOnlyReason: string | undefined;
  readonly onCreate: () => void;
  readonly onImport: () => void;
  readonly onClear?: () => void;
};

/** In place of the rows when there are none to show. */
export function RecordsState(props: RecordsStateProps) {
  const { list, type, search, readOnlyReason, onCreate, onImport, onClear } = props;
  if (list.error) {
    return (
      <ErrorState
        title="The records could not be read"
        text={describeRecordsError(list.error)}
        retrying={list.isRetrying}
        onRetry={list.retry}
      />
    );
  }
  if (search !== undefined) {
    return (
      <EmptyState
        title="No record matches"
        text={`There is no ${type === undefined ? "record" : quoteName(type)} with “${search}” in its name.`}
        drawing={<RecordsDrawing isBroken />}
        action={<Button onClick={onClear}>Show all records</Button>}
      />
    );
  }
  return (
    <EmptyState
      title={type === undefined ? "No records yet" : `No ${quoteName(type)} yet`}
      text="Records are what flows run on: customers, tickets, pages. A flow runs on all records of a type, one by one."
      drawing={<RecordsDrawing />}
      action={
        <>
          <Button icon={Plus} disabledReason={readOnlyReason} onClick={onCreate}>
            Create the first record
          </Button>
          <Button icon={Upload} disabledReason={readOnlyReason} onClick={onImport}>
            Import CSV or JSON
          </Button>
        </>
      }
    />
  );
}

/** Above rows that could not be brought up to date, or added to; a lost server has its own notice in the bar. */
export function RecordsTrouble({ list }: { readonly list: RecordList }) {
  const { error, arrangement } = list;
  if (!error || arrangement.rows.length === 0 || error instanceof NetworkError) return null;
  return (
    <ErrorLine
      text={`These rows may be out of date. ${describeRecordsError(error)}`}
      retrying={list.isRetrying}
      onRetry={list.retry}
      className="mx-3 my-2 rounded-md sm:mx-4"
    />
  );
}

export function RecordsSkeleton() {
  return <SkeletonRows label="Loading records" rows={8} />;
}

function describeRecordsError(error: Error): string {
  if (error instanceof NetworkError)
    return "The server cannot be reached. Your records are safe; check that the server is running, then try again.";
  return describeError(error);
}
