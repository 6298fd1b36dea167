import { Link } from "@tanstack/react-router";
import { ArrowLeft } from "lucide-react";
import { type ReactNode, useLayoutEffect, useRef } from "react";
import { joinClasses } from "#client/ui/join-classes.ts";
import { tooltip } from "#client/ui/tooltip.ts";
import { keepStep } from "./flow-tabs.tsx";

type ViewHeadingProps = {
  readonly flowId: string;
  /** The list that the view was come to from, and is left to. */
  readonly list: "versions" | "runs";
  /** It was come to from another view of this tab, whose focused part is gone. */
  readonly takesFocus: boolean;
  /** All that it says, where it may be cut. */
  readonly whole?: string;
  readonly className?: string;
  readonly children: ReactNode;
};

/** The heading of what a list leads to, behind the way back to that list. */
export function ViewHeading({ flowId, list, takesFocus, whole, className, children }: ViewHeadingProps) {
  const heading = useRef<HTMLHeadingElement>(null);
  useLayoutEffect(() => {
    // Where it had to be read first, the flow's own heading has the focus by now; a person moves on from there.
    if (takesFocus && document.activeElement?.matches("body, h1")) heading.current?.focus();
  }, [takesFocus]);
  return (
    <>
      <Link
        to={list === "runs" ? "/flows/$flowId/runs" : "/flows/$flowId/versions"}
        params={{ flowId }}
        search={keepStep}
        resetScroll={false}
        aria-label={`All ${list}`}
        className="-ml-1 grid size-8 shrink-0 place-items-center rounded-md text-muted hover:bg-hover hover:text-ink pointer-coarse:size-10"
      >
        <ArrowLeft aria-hidden="true" className="size-4" />
      </Link>
      <h2
        ref={heading}
        tabIndex={-1}
        {...(whole !== undefined && tooltip(whole, { whenTruncated: true }))}
        className={joinClasses("font-semibold outline-none", className)}
      >
        {children}
      </h2>
    </>
  );
}
