import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { ServerFeature } from "#contract/features.ts";
import { explainMissingFeature, serverCapabilityQueries } from "#client/data/queries/capability-queries.ts";

interface RunsTab {
  readonly label: string;
  readonly to: "/runs" | "/runs/schedules";
  /** The tab is hidden where the server lacks it. */
  readonly feature?: ServerFeature;
}

const TABS: readonly RunsTab[] = [
  { label: "Runs", to: "/runs" },
  { label: "Schedules", to: "/runs/schedules", feature: "schedules" },
];

export function RunsTabs() {
  const { data: server } = useQuery(serverCapabilityQueries.current());
  const shown = TABS.filter(
    ({ feature }) => feature === undefined || explainMissingFeature(server, feature) === undefined,
  );
  if (shown.length === 1) return null;
  return (
    <nav
      aria-label="Views of runs"
      className="flex h-9 shrink-0 gap-1 border-b border-line px-gutter pointer-coarse:h-11"
    >
      {shown.map(({ label, to }) => (
        <Link
          key={to}
          to={to}
          activeOptions={{ exact: true, includeSearch: false }}
          className="relative inline-flex first:-ml-2 h-full items-center rounded-sm px-2 text-sm text-muted focus-inset hover:text-ink aria-[current=page]:font-medium aria-[current=page]:text-ink aria-[current=page]:after:absolute aria-[current=page]:after:inset-x-2 aria-[current=page]:after:bottom-0 aria-[current=page]:after:h-0.5 aria-[current=page]:after:bg-accent"
        >
          {label}
        </Link>
      ))}
    </nav>
  );
}
