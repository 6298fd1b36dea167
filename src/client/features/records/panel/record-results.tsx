import { useInfiniteQuery, useQueries, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Ban, CircleCheck, CircleDashed, CircleX, LoaderCircle } from "lucide-react";
import type { StepResult } from "#contract/run.ts";
import type { StepResultStatus } from "#contract/run-statuses.ts";
import { describeRequestErrorForUser } from "#client/data/api/api-error.ts";
import { forgetUnavailableFeatures } from "#client/data/queries/api-features.ts";
import { flowQueries } from "#client/data/queries/flow-queries.ts";
import { recordQueries } from "#client/data/queries/record-queries.ts";
import { type IconComponent, Button } from "#client/ui/controls/button.tsx";
import { EmptyState } from "#client/ui/controls/state-message.tsx";
import { ErrorState } from "#client/ui/controls/error-state.tsx";
import { RelativeTime } from "#client/ui/controls/inline-text.tsx";
import { SkeletonRows } from "#client/ui/rows/skeleton-rows.tsx";

export function RecordResults({ id }: { readonly id: string }) {
  const client = useQueryClient();
  const query = useInfiniteQuery(recordQueries.stepResults(id));
  const results = query.data?.pages.flatMap((page) => page.data) ?? [];
  const names = useFlowNames(results);
  if (query.isPending) return <SkeletonRows label="Loading runs" rows={4} />;
  if (query.error && results.length === 0) {
    return (
      <ErrorState
        headingLevel={3}
        title="Couldn’t load runs"
        text={describeRequestErrorForUser(query.error)}
        retrying={query.isFetching}
        onRetry={() => {
          // The retry must send the request although the API has refused it.
          forgetUnavailableFeatures(client, ["recordResults"]);
          void query.refetch();
        }}
      />
    );
  }
  if (results.length === 0) {
    return (
      <EmptyState
        headingLevel={3}
        title="No runs yet"
        text="Run a flow on records of this type to see results here."
      />
    );
  }
  return (
    <>
      <ul aria-label="Step results" className="-mx-5 border-t border-line">
        {results.map((result) => (
          <ResultRow key={result.id} result={result} flowName={names.get(result.flowId ?? "")} />
        ))}
      </ul>
      {query.hasNextPage && (
        <Button
          size="sm"
          className="mt-3"
          busy={query.isFetchingNextPage}
          onClick={() => void query.fetchNextPage()}
        >
          {query.isFetchNextPageError ? "Couldn’t load more. Retry" : "Show more"}
        </Button>
      )}
    </>
  );
}

type ResultRowProps = { readonly result: StepResult; readonly flowName: string | undefined };

function ResultRow({ result, flowName }: ResultRowProps) {
  const { icon: Drawing, text, color } = describeStatus(result.status);
  return (
    <li className="flex items-start gap-2.5 border-b border-line px-5 py-2 text-sm">
      <Drawing aria-hidden="true" className={`mt-0.5 size-4 shrink-0 ${color}`} />
      <span className="flex min-w-0 flex-1 flex-col">
        <span className="truncate font-medium" dir="auto">
          {result.stepName}
        </span>
        <span className="flex min-w-0 gap-1 text-xs text-muted">
          <span>{text}</span>
          {result.flowId !== null && (
            <>
              <span>in</span>
              <Link
                to="/flows/$flowId"
                params={{ flowId: result.flowId }}
                {...(result.stepId !== null && { search: { step: result.stepId } })}
                dir="auto"
                className="min-w-0 truncate text-accent underline underline-offset-2"
              >
                {flowName ?? "its flow"}
              </Link>
            </>
          )}
        </span>
        {result.errorMessage && (
          <span className="text-xs break-words text-danger">{result.errorMessage}</span>
        )}
      </span>
      <span className="shrink-0 text-xs leading-5 text-muted tabular-nums">
        <RelativeTime time={result.createdAt} />
      </span>
    </li>
  );
}

const statuses: Readonly<Record<StepResultStatus, { icon: IconComponent; text: string; color: string }>> = {
  completed: { icon: CircleCheck, text: "Completed", color: "text-success" },
  failed: { icon: CircleX, text: "Failed", color: "text-danger" },
  skipped: { icon: CircleDashed, text: "Skipped", color: "text-muted" },
  running: { icon: LoaderCircle, text: "Running", color: "text-accent" },
};

function describeStatus(status: string) {
  return Object.hasOwn(statuses, status)
    ? statuses[status as StepResultStatus]
    : { icon: Ban, text: status, color: "text-muted" };
}

/** Fetches the flows by id, because results do not contain flow names. A deleted flow has no name. */
function useFlowNames(results: readonly StepResult[]): ReadonlyMap<string, string> {
  const ids = [...new Set(results.flatMap(({ flowId }) => flowId ?? []))];
  return useQueries({
    queries: ids.map((id) => ({ ...flowQueries.detail(id), retry: false })),
    combine: (queries) =>
      new Map(queries.flatMap(({ data }) => (data ? [[data.flow.id, data.flow.name] as const] : []))),
  });
}
