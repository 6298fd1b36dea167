import { useQuery } from "@tanstack/react-query";
import { Link, type LinkProps, useMatch } from "@tanstack/react-router";
import type { ReactNode } from "react";
import type { ServerFeature } from "#contract/features.ts";
import { ViewOnlyBadge } from "#client/ui/controls/view-only-badge.tsx";
import { canUseFeature, serverCapabilityQueries } from "#client/data/queries/capability-queries.ts";

interface RunsView {
  readonly label: string;
  readonly to: LinkProps["to"];
  readonly feature?: ServerFeature;
}

const VIEWS: readonly RunsView[] = [
  { label: "Runs", to: "/runs" },
  { label: "Schedules", to: "/runs/schedules", feature: "schedules" },
  { label: "Alerts", to: "/runs/alerts", feature: "alerts" },
];

type RunsPageHeaderProps = {
  readonly title: string;
  readonly description: string;
  /** Why the user may change nothing here. */
  readonly viewOnlyReason?: string | undefined;
  /** Filters and actions of the view. */
  readonly children?: ReactNode;
};

/** Links to the views about runs. A view whose feature is missing has no link. */
export function RunsPageViews() {
  const { data: server } = useQuery(serverCapabilityQueries.current());
  const isRunOpen = useMatch({ from: "/runs/$batchId", shouldThrow: false }) !== undefined;
  const views = VIEWS.filter(({ feature }) => feature === undefined || canUseFeature(server, feature));
  if (views.length < 2) return null;
  return (
    <nav
      aria-label="Views of runs"
      className="flex h-9 shrink-0 gap-1 border-b border-line px-gutter pointer-coarse:h-11"
    >
      {views.map(({ label, to }) => (
        <Link
          key={label}
          to={to}
          // The other views are below the address of the list, as an open run is.
          activeOptions={{ exact: !isRunOpen, includeSearch: false }}
          className={LINK_CLASSES}
        >
          {label}
        </Link>
      ))}
    </nav>
  );
}

/** The heading of a view about runs, below links to the others. */
export function RunsPageHeader({ title, description, viewOnlyReason, children }: RunsPageHeaderProps) {
  return (
    <>
      <RunsPageViews />
      <div className="flex shrink-0 flex-wrap items-end gap-x-3 gap-y-2 border-b border-line px-gutter pt-5 pb-3">
        <div className="mr-auto min-w-0">
          <div className="flex items-center gap-2">
            <h1 tabIndex={-1} className="text-xl font-semibold tracking-tight outline-none">
              {title}
            </h1>
            {viewOnlyReason !== undefined && <ViewOnlyBadge reason={viewOnlyReason} />}
          </div>
          <p className="text-sm text-muted">{description}</p>
        </div>
        {children}
      </div>
    </>
  );
}

const LINK_CLASSES =
  "relative inline-flex first:-ml-2 h-full items-center rounded-sm px-2 text-sm text-muted focus-inset hover:text-ink aria-[current=page]:font-medium aria-[current=page]:text-ink aria-[current=page]:after:absolute aria-[current=page]:after:inset-x-2 aria-[current=page]:after:bottom-0 aria-[current=page]:after:h-0.5 aria-[current=page]:after:bg-accent";
