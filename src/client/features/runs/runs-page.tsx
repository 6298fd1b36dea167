import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, Navigate, useMatch, useRouter, useSearch } from "@tanstack/react-router";
import { useEffect } from "react";
import {
  explainMissingFeature,
  explainMissingScope,
  serverCapabilityQueries,
} from "#client/data/queries/capability-queries.ts";
import { type RunFilters, parseRunFilters } from "#client/data/queries/run-filters.ts";
import { pickText } from "#client/data/queries/pick-known-value.ts";
import { flowRunQueries, useHasRunEvents } from "#client/data/queries/run-queries.ts";
import { subscribeCachedRuns } from "#client/data/live/subscribe-cached-runs.ts";
import type { BatchPageProps } from "#client/flow/execution/batch-page.tsx";
import { parseBatchSearchParams } from "#client/flow/execution/batch-search-params.ts";
import { LazyBatchPage } from "#client/flow/execution/lazy-batch-page.tsx";
import { nameRun } from "#client/flow/runs/describe-batch-progress.ts";
import { RunFilterControls } from "#client/flow/runs/run-filter-controls.tsx";
import { EmptyRunListIllustration } from "#client/flow/runs/run-list-load-error.tsx";
import { RunList } from "#client/flow/runs/run-list.tsx";
import { isCurrentPage } from "#client/page/current-page.ts";
import { useLastOpened } from "#client/flow/view-heading.tsx";
import { buttonColorClasses } from "#client/ui/controls/button.tsx";
import { ErrorState } from "#client/ui/controls/error-state.tsx";
import { EmptyState } from "#client/ui/controls/state-message.tsx";
import { useDocumentTitle } from "#client/ui/hooks/use-document-title.ts";
import { RunSubjectFilter } from "./run-subject-filter.tsx";
import { RunViewsMenu } from "./run-views-menu.tsx";
import { RunsPageHeader, RunsPageViews } from "./runs-page-header.tsx";

const PATH = "/runs";

/** The runs of all flows, or one of them. */
export function RunsPage() {
  const search = useSearch({ from: PATH });
  const opened = useMatch({
    from: "/runs/$batchId",
    shouldThrow: false,
    select: ({ params, search: opening }) => ({ ...parseBatchSearchParams({ ...opening }), ...params }),
  });
  const { startAt, hasMoved } = useLastOpened(opened?.batchId ?? PATH, opened?.batchId);
  const client = useQueryClient();
  useEffect(() => subscribeCachedRuns(client, undefined), [client]);
  const { data: server } = useQuery(serverCapabilityQueries.current());
  if (server?.auth === "required" && !server.signedIn)
    return <Navigate to="/sign-in" search={{ next: `${location.pathname}${location.search}` }} replace />;
  const refused = explainMissingFeature(server, "allRuns");
  if (refused !== undefined)
    return (
      <>
        <RunsPageHeader title="Runs" description="Of all flows, newest first." />
        <EmptyState
          title="No list of all runs"
          text={`${refused} Open a flow to see its runs.`}
          action={<FlowsLink />}
        />
      </>
    );
  const missing = explainMissingScope(server, "FLOWS:READ");
  if (missing !== undefined) return <ErrorState headingLevel={1} title="No access to runs" text={missing} />;
  return (
    <section aria-label="Runs" className="flex min-h-80 flex-[1_1_0px] flex-col">
      {opened ? (
        <OpenedRun key={opened.batchId} batchId={opened.batchId} search={opened} takesFocus={hasMoved} />
      ) : (
        <AllRuns
          filters={parseRunFilters({ ...search })}
          {...pickText("view", search.view)}
          startAt={startAt}
        />
      )}
    </section>
  );
}

function OpenedRun(props: Omit<BatchPageProps, "hasEvents">) {
  const hasEvents = useHasRunEvents();
  const { data: batch } = useQuery(flowRunQueries.batch(undefined, props.batchId, { hasEvents }));
  useDocumentTitle(batch ? nameRun(batch, true) : "Run");
  return (
    <>
      <RunsPageViews />
      <h1 tabIndex={-1} className="sr-only">
        Runs
      </h1>
      <LazyBatchPage {...props} hasEvents={hasEvents} />
    </>
  );
}

type AllRunsProps = {
  readonly filters: RunFilters;
  /** Id of the saved view that is open. */
  readonly view?: string;
  readonly startAt: string | undefined;
};

function AllRuns({ filters, view, startAt }: AllRunsProps) {
  useDocumentTitle("Runs");
  const hasEvents = useHasRunEvents();
  const router = useRouter();
  const change = (next: RunFilters, nextView?: string) => {
    const search = { ...next, ...(nextView !== undefined && { view: nextView }) };
    if (isCurrentPage(router, PATH))
      void router.navigate({ to: PATH, search, replace: true, resetScroll: false });
  };
  return (
    <>
      <RunsPageHeader title="Runs" description="Of all flows, newest first.">
        <div className="flex flex-wrap gap-2">
          <RunViewsMenu filters={filters} view={view} onOpen={change} />
          <RunSubjectFilter filters={filters} onChange={(next) => change(next, view)} />
          <RunFilterControls filters={filters} onChange={(next) => change(next, view)} />
        </div>
      </RunsPageHeader>
      <RunList
        filters={filters}
        hasEvents={hasEvents}
        startAt={startAt}
        onShowAll={() => change({})}
        renderEmpty={() => (
          <EmptyState
            title="No runs yet"
            text="Open a flow and run it on your records, or start it from a program."
            action={<FlowsLink />}
            drawing={<EmptyRunListIllustration />}
          />
        )}
      />
    </>
  );
}

function FlowsLink() {
  return (
    <Link
      to="/flows"
      className={`inline-flex h-9 items-center rounded-md border px-3.5 text-sm font-medium ${buttonColorClasses.primary}`}
    >
      Show flows
    </Link>
  );
}
