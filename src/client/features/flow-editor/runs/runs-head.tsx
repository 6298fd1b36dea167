import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { keepStep } from "#client/features/flow-editor/flow-tabs.tsx";

type RunsHeadProps = { readonly flowId: string; readonly children?: ReactNode };

/** The two ways to look at what ran, run by run and step by step, and what narrows what is looked at. */
export function RunsHead({ flowId, children }: RunsHeadProps) {
  const target = { params: { flowId }, search: keepStep, resetScroll: false, className: look } as const;
  return (
    <div className="flex shrink-0 flex-wrap items-center gap-x-3 gap-y-2 border-b border-line px-3 py-2 sm:px-4">
      <h2 className="sr-only">Runs</h2>
      <nav aria-label="Views of the runs" className="mr-auto flex gap-1">
        <Link to="/flows/$flowId/runs" {...target} activeOptions={{ exact: true, includeSearch: false }}>
          Runs
        </Link>
        <Link to="/flows/$flowId/runs/steps" {...target} activeOptions={{ includeSearch: false }}>
          Step results
        </Link>
      </nav>
      {children}
    </div>
  );
}

const look =
  "inline-flex h-8 items-center rounded-md px-2.5 text-sm text-muted hover:bg-hover hover:text-ink aria-[current=page]:bg-hover aria-[current=page]:font-medium aria-[current=page]:text-ink pointer-coarse:h-10";
