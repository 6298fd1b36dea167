import { CircleAlert } from "lucide-react";
import { NetworkError, describeError } from "#client/data/api-error.ts";
import { Button } from "#client/ui/button.tsx";
import { ErrorState } from "#client/ui/error-state.tsx";
import type { ReadRows } from "#client/features/flow-editor/read-rows.ts";

type ListTroubleProps = { readonly list: ReadRows<unknown>; readonly what: string };

/** Below rows that could not be brought up to date, or added to. */
export function ListTrouble({ list, what }: ListTroubleProps) {
  if (!list.error) return null;
  return (
    <div
      role="alert"
      className="flex flex-wrap items-center gap-x-3 gap-y-1 border-t border-line bg-danger-soft px-3 py-1.5 text-sm text-danger sm:px-4"
    >
      <CircleAlert className="size-4 shrink-0" />
      <span className="min-w-0 flex-1">
        There may be newer {what}. {describeReadError(list.error)}
      </span>
      <Button size="sm" busy={list.isFetching} onClick={list.retry}>
        Try again
      </Button>
    </div>
  );
}

/** In place of rows that could not be read. */
export function NoRows({ list, what }: ListTroubleProps) {
  return (
    <ErrorState
      title={`The ${what} could not be read`}
      text={list.error ? describeReadError(list.error) : ""}
      retrying={list.isFetching}
      onRetry={list.retry}
    />
  );
}

export function describeReadError(error: Error): string {
  if (error instanceof NetworkError)
    return "The server cannot be reached. What has run is safe there; check that it is running, then try again.";
  return describeError(error);
}
