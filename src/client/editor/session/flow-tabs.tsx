import { Link, useNavigate } from "@tanstack/react-router";
import { useCallback } from "react";
import type { StepKey } from "#core/document/flow-document.ts";
import { useOpenFlowState, useOpenFlow } from "#client/document/use-open-flow.tsx";
import { VisuallyHidden } from "#client/ui/controls/inline-text.tsx";

export type FlowTabName = "steps" | "json" | "versions" | "runs";

/** Keeps only the selected step in the URL's search parameters; parameters of a single view are dropped. */
export const keepOnlyStepSearchParam = ({ step }: { readonly step?: string | undefined }) =>
  step === undefined ? {} : { step };

/** The flow stays open, so the leave guard does not ask about unsaved changes. */
export function FlowTabs() {
  const flowId = useOpenFlowState((state) => state.flow.id);
  const isJsonPending = useOpenFlowState((state) => state.pendingJson !== undefined);
  const target = {
    params: { flowId },
    search: keepOnlyStepSearchParam,
    resetScroll: false,
    className: LINK_CLASSES,
  } as const;
  return (
    <nav aria-label="Views of this flow" className="flex h-full min-w-0 overflow-x-auto overflow-y-hidden">
      <Link to="/flows/$flowId" {...target} activeOptions={{ exact: true, includeSearch: false }}>
        Steps
      </Link>
      <Link to="/flows/$flowId/runs" {...target} activeOptions={{ includeSearch: false }}>
        Runs
      </Link>
      <Link to="/flows/$flowId/json" {...target} activeOptions={{ includeSearch: false }}>
        JSON
        {isJsonPending && (
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

const LINK_CLASSES =
  "relative inline-flex h-full min-w-11 items-center justify-center gap-1.5 rounded-sm px-2 max-small:px-1 max-small:first:pl-2 text-sm text-muted focus-inset hover:text-ink aria-[current=page]:font-medium aria-[current=page]:text-ink aria-[current=page]:after:absolute aria-[current=page]:after:inset-x-2 aria-[current=page]:after:bottom-0 aria-[current=page]:after:h-0.5 aria-[current=page]:after:bg-accent";

/** Returns a function that navigates to another view of the open flow, optionally with a selected step. */
export function useNavigateToFlowTab(current: FlowTabName): (tab: FlowTabName, step?: StepKey) => void {
  const openFlow = useOpenFlow();
  const navigate = useNavigate();
  return useCallback(
    (tab, step) => {
      if (tab === current) return;
      void navigate({
        to: addresses[tab],
        params: { flowId: openFlow.getState().flow.id },
        search: step === undefined ? keepOnlyStepSearchParam : { step },
        resetScroll: false,
      });
    },
    [openFlow, navigate, current],
  );
}

const addresses = {
  steps: "/flows/$flowId",
  json: "/flows/$flowId/json",
  versions: "/flows/$flowId/versions",
  runs: "/flows/$flowId/runs",
} as const;
