import { Link, type LinkProps } from "@tanstack/react-router";
import { ArrowLeft } from "lucide-react";
import { type ReactNode, useState } from "react";
import { joinClasses } from "#client/ui/format/join-classes.ts";
import { getTooltipProps } from "#client/ui/overlays/tooltip.ts";

type ViewHeadingProps = {
  /** The list that the view came from. */
  readonly back: Pick<LinkProps, "to" | "params" | "search" | "resetScroll">;
  readonly backLabel: string;
  /** Whether the heading takes the focus: set after navigation from another view, whose focused element is gone. */
  readonly takesFocus: boolean;
  readonly whole?: string;
  readonly className?: string;
  readonly children: ReactNode;
};

export function ViewHeading({ back, backLabel, takesFocus, whole, className, children }: ViewHeadingProps) {
  return (
    <>
      <Link
        {...back}
        aria-label={backLabel}
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

/** If no element has the focus, or the page's h1: that gets it while the view is still loading. */
function takeFocus(heading: HTMLElement | null): void {
  if (document.activeElement?.matches("body, h1")) heading?.focus();
}

/**
 * The id of what was open before: its row gets the focus when the user returns to the list. `hasMoved` says whether
 * the user came from another view of the page.
 */
export function useLastOpened(view: string, openedId: string | undefined) {
  const [last, setLast] = useState<LastOpened>({ view, openedId, startAt: undefined, hasMoved: false });
  if (last.view === view) return last;
  const next = { view, openedId, startAt: last.openedId ?? last.startAt, hasMoved: true };
  setLast(next);
  return next;
}

interface LastOpened {
  readonly view: string;
  readonly openedId: string | undefined;
  readonly startAt: string | undefined;
  readonly hasMoved: boolean;
}
