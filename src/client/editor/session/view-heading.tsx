import { Link } from "@tanstack/react-router";
import { ArrowLeft } from "lucide-react";
import type { ReactNode } from "react";
import { joinClasses } from "#client/ui/format/join-classes.ts";
import { getTooltipProps } from "#client/ui/overlays/tooltip.ts";
import { keepOnlyStepSearchParam } from "./flow-tabs.tsx";

type ViewHeadingProps = {
  readonly flowId: string;
  readonly list: "versions" | "runs";
  /** Whether the heading takes the focus: set after navigation from another view, whose focused element is gone. */
  readonly takesFocus: boolean;
  readonly whole?: string;
  readonly className?: string;
  readonly children: ReactNode;
};

export function ViewHeading({ flowId, list, takesFocus, whole, className, children }: ViewHeadingProps) {
  return (
    <>
      <Link
        to={list === "runs" ? "/flows/$flowId/runs" : "/flows/$flowId/versions"}
        params={{ flowId }}
        search={keepOnlyStepSearchParam}
        resetScroll={false}
        aria-label={`All ${list}`}
        className="-ml-2 grid size-8 shrink-0 place-items-center rounded-md text-muted hover:bg-hover hover:text-ink pointer-coarse:-ml-3 pointer-coarse:size-10"
      >
        <ArrowLeft aria-hidden="true" className="size-4" />
      </Link>
      <h2
        ref={takesFocus ? takeFocus : undefined}
        tabIndex={-1}
        {...(whole !== undefined && getTooltipProps(whole, { whenTruncated: true }))}
        className={joinClasses("font-semibold outline-none", className)}
      >
        {children}
      </h2>
    </>
  );
}

/** If no element has the focus, or the flow's h1: that gets it while the view is still loading. */
function takeFocus(heading: HTMLElement | null): void {
  if (document.activeElement?.matches("body, h1")) heading?.focus();
}
