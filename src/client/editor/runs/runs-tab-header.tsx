import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { keepOnlyStepSearchParam } from "#client/editor/session/flow-tabs.tsx";

type RunsHeadProps = { readonly flowId: string; readonly children?: ReactNode };

export function RunsTabHeader({ flowId, children }: RunsHeadProps) {
  const target = {
    params: { flowId },
    search: keepOnlyStepSearchParam,
    resetScroll: false,
    className: LINK_CLASSES,
  } as const;
  return (
    <div className="flex shrink-0 flex-wrap items-center gap-x-3 gap-y-2 border-b border-line px-gutter py-2">
      <h2 className="sr-only">Runs</h2>
      <nav aria-label="Run views" className="mr-auto flex gap-1">
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

const LINK_CLASSES =
  "inline-flex h-8 items-center rounded-md px-2.5 text-sm text-muted hover:bg-hover hover:text-ink aria-[current=page]:bg-hover aria-[current=page]:font-medium aria-[current=page]:text-ink pointer-coarse:h-10";
