import { CircleAlert } from "lucide-react";
import { NetworkError } from "#client/data/api-error.ts";
import { Button } from "#client/ui/button.tsx";
import { describeListError } from "./list-state.tsx";
import type { FlowList } from "./use-flow-list.ts";

/** Above rows that could not be brought up to date, or added to; a lost server has its own notice in the bar. */
export function RefreshNotice({ list }: { readonly list: FlowList }) {
  const { error, arrangement } = list;
  if (!error || arrangement.rows.length === 0 || error instanceof NetworkError) return null;
  return (
    <div
      role="alert"
      className="mx-3 my-2 flex flex-wrap items-center gap-x-3 gap-y-1 rounded-md bg-danger-soft px-3 py-1.5 text-sm text-danger sm:mx-4"
    >
      <CircleAlert className="size-4 shrink-0" />
      <span className="min-w-0 flex-1">These rows may be out of date. {describeListError(error)}</span>
      <Button size="sm" busy={list.isRetrying} onClick={list.retry}>
        Try again
      </Button>
    </div>
  );
}
