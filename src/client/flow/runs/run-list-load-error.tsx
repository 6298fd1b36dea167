import { useQueryClient } from "@tanstack/react-query";
import { forgetUnavailableFeatures, isUnavailableFeatureError } from "#client/data/queries/api-features.ts";
import { isRetryableError, describeReadError } from "#client/data/api/api-error.ts";
import type { InfiniteQueryRows } from "#client/data/queries/infinite-query-rows.ts";
import { Button } from "#client/ui/controls/button.tsx";
import { EmptyState } from "#client/ui/controls/state-message.tsx";
import { InlineErrorMessage, ErrorState } from "#client/ui/controls/error-state.tsx";
import { requestFocusWhenRendered } from "#client/ui/focus/focus-request.ts";

type ListErrorProps = { readonly list: InfiniteQueryRows<unknown>; readonly what: string };

export function RunListRefreshError({ list, what }: ListErrorProps) {
  if (!list.error) return null;
  return (
    <InlineErrorMessage
      text={`Couldn’t refresh ${what}. ${describeReadError(list.error)}`}
      retrying={list.isFetching}
      onRetry={list.retry}
      className="border-t border-line"
    />
  );
}

export function RunListLoadError({ list, what }: ListErrorProps) {
  if (isUnavailableFeatureError(list.error)) return <UnavailableRuns list={list} what={what} />;
  return (
    <ErrorState
      title={`Couldn’t load ${what}`}
      text={list.error ? describeReadError(list.error) : ""}
      retrying={list.isFetching}
      {...(isRetryableError(list.error) && { onRetry: list.retry })}
    />
  );
}

/** Lets the user check again, such as after a change of scopes. */
function UnavailableRuns({ list, what }: ListErrorProps) {
  const client = useQueryClient();
  return (
    <EmptyState
      title={`No list of ${what}`}
      text={list.error?.message}
      action={
        <Button
          busy={list.isFetching}
          onClick={() => {
            forgetUnavailableFeatures(client, ["batches", "stepResults"]);
            list.retry();
          }}
        >
          Check again
        </Button>
      }
    />
  );
}

export function RunListNote({ text }: { readonly text: string }) {
  return <p className="shrink-0 border-t border-line px-gutter py-1.5 text-xs text-muted">{text}</p>;
}

export function EmptyRunListIllustration() {
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

export function focusRunListRow(id: string): void {
  requestFocusWhenRendered(() =>
    document.querySelector<HTMLElement>(`[data-row-id="${CSS.escape(id)}"] [data-row-link]`),
  );
}
