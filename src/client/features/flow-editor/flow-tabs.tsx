import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { capabilityQueries } from "#client/data/capability-queries.ts";
import { useOpenFlowState } from "#client/document/use-open-flow.tsx";
import { VisuallyHidden } from "#client/ui/visually-hidden.tsx";

/** The views of one open flow, each with an address of its own. */
export type FlowTab = "steps" | "json" | "versions" | "runs";

/** The selected step stays in the address, for the way back; what a view says of itself goes with it. */
export const keepStep = ({ step }: { readonly step?: string | undefined }) =>
  step === undefined ? {} : { step };

/** Leads from one view of the open flow to another. Nothing is left by that, so nothing is asked. */
export function FlowTabs() {
  const flowId = useOpenFlowState((state) => state.flow.id);
  const { data: server } = useQuery(capabilityQueries.current());
  const isUnapplied = useOpenFlowState((state) => state.unappliedText !== undefined);
  const target = { params: { flowId }, search: keepStep, resetScroll: false, className: look } as const;
  return (
    <nav aria-label="Views of this flow" className="flex h-full min-w-0 overflow-x-auto overflow-y-hidden">
      <Link to="/flows/$flowId" {...target} activeOptions={{ exact: true, includeSearch: false }}>
        Steps
      </Link>
      {server?.runs && (
        <Link to="/flows/$flowId/runs" {...target} activeOptions={{ includeSearch: false }}>
          Runs
        </Link>
      )}
      <Link to="/flows/$flowId/json" {...target} activeOptions={{ includeSearch: false }}>
        JSON
        {isUnapplied && (
          <>
            <span aria-hidden="true" className="size-1.5 rounded-full bg-accent" />
            <VisuallyHidden>, not applied</VisuallyHidden>
          </>
        )}
      </Link>
      <Link to="/flows/$flowId/versions" {...target} activeOptions={{ includeSearch: false }}>
        Versions
      </Link>
    </nav>
  );
}

const look =
  "relative inline-flex h-full min-w-11 items-center justify-center gap-1.5 rounded-sm px-2 max-[379px]:px-1 text-sm text-muted focus-inset hover:text-ink aria-[current=page]:font-medium aria-[current=page]:text-ink aria-[current=page]:after:absolute aria-[current=page]:after:inset-x-2 aria-[current=page]:after:bottom-0 aria-[current=page]:after:h-0.5 aria-[current=page]:after:bg-accent";
