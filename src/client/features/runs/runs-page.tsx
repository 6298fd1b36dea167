import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, Navigate, useRouter } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import {
  explainMissingFeature,
  explainMissingScope,
  serverCapabilityQueries,
} from "#client/data/queries/capability-queries.ts";
import type { RunFilters } from "#client/data/queries/run-filters.ts";
import { useHasRunEvents } from "#client/data/queries/run-queries.ts";
import { subscribeCachedRuns } from "#client/data/live/subscribe-cached-runs.ts";
import { RunFilterControls } from "#client/flow/runs/run-filter-controls.tsx";
import { EmptyRunListIllustration } from "#client/flow/runs/run-list-load-error.tsx";
import { RunList } from "#client/flow/runs/run-list.tsx";
import { findPathNavigatedBackFrom } from "#client/page/current-page.ts";
import { buttonColorClasses } from "#client/ui/controls/button.tsx";
import { ErrorState } from "#client/ui/controls/error-state.tsx";
import { EmptyState } from "#client/ui/controls/state-message.tsx";
import { useDocumentTitle } from "#client/ui/hooks/use-document-title.ts";
import { RunSubjectFilter } from "./run-subject-filter.tsx";
import { RunViewsMenu } from "./run-views-menu.tsx";
import { RunsPageHeader } from "./runs-page-header.tsx";

export type RunsPageProps = {
  readonly filters: RunFilters;
  /** Id of the saved view that is open. */
  readonly view: string | undefined;
  readonly onFiltersChange: (filters: RunFilters, view?: string) => void;
};

/** The runs of all flows. */
export function RunsPage({ filters, view, onFiltersChange }: RunsPageProps) {
  useDocumentTitle("Runs");
  const client = useQueryClient();
  useEffect(() => subscribeCachedRuns(client, undefined), [client]);
  const hasEvents = useHasRunEvents();
  const { data: server } = useQuery(serverCapabilityQueries.current());
  const router = useRouter();
  const [left] = useState(() => findPathNavigatedBackFrom(router));
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
      <RunsPageHeader title="Runs" description="Of all flows, newest first.">
        <div className="flex flex-wrap gap-2">
          <RunViewsMenu filters={filters} view={view} onOpen={onFiltersChange} />
          <RunSubjectFilter filters={filters} onChange={(next) => onFiltersChange(next, view)} />
          <RunFilterControls filters={filters} onChange={(next) => onFiltersChange(next, view)} />
        </div>
      </RunsPageHeader>
      <RunList
        flowId={undefined}
        filters={filters}
        hasEvents={hasEvents}
        startAt={left?.split("/").at(-1)}
        onShowAll={() => onFiltersChange({})}
        renderEmpty={() => (
          <EmptyState
            title="No runs yet"
            text="Open a flow and run it on your records, or start it from a program."
            action={<FlowsLink />}
            drawing={<EmptyRunListIllustration />}
          />
        )}
      />
    </section>
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
