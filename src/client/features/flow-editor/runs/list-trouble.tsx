import { NetworkError, describeError } from "#client/data/api-error.ts";
import { ErrorLine, ErrorState } from "#client/ui/error-state.tsx";
import type { ReadRows } from "#client/features/flow-editor/read-rows.ts";

type ListTroubleProps = { readonly list: ReadRows<unknown>; readonly what: string };

/** Below rows that could not be brought up to date, or added to. */
export function ListTrouble({ list, what }: ListTroubleProps) {
  if (!list.error) return null;
  return (
    <ErrorLine
      text={`There may be newer ${what}. ${describeReadError(list.error)}`}
      retrying={list.isFetching}
      onRetry={list.retry}
      className="border-t border-line sm:px-4"
    />
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
