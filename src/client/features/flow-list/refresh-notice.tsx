import { NetworkError } from "#client/data/api-error.ts";
import { ErrorLine } from "#client/ui/error-state.tsx";
import { describeListError } from "./list-state.tsx";
import type { FlowList } from "./use-flow-list.ts";

/** Above rows that could not be brought up to date, or added to; a lost server has its own notice in the bar. */
export function RefreshNotice({ list }: { readonly list: FlowList }) {
  const { error, arrangement } = list;
  if (!error || arrangement.rows.length === 0 || error instanceof NetworkError) return null;
  return (
    <ErrorLine
      text={`These rows may be out of date. ${describeListError(error)}`}
      retrying={list.isRetrying}
      onRetry={list.retry}
      className="mx-3 my-2 rounded-md sm:mx-4"
    />
  );
}
