import { X } from "lucide-react";
import { useEffect, useRef } from "react";
import type { Problem } from "#core/dataflow/problem.ts";
import { Dialog } from "#client/ui/dialog.tsx";
import { IconButton } from "#client/ui/icon-button.tsx";
import { useMediaQuery } from "#client/ui/use-media-query.ts";
import { wishFocus } from "#client/ui/focus-wish.ts";
import { ProblemsContent } from "./problems-content.tsx";

export type ProblemsPanelProps = {
  readonly onClose: () => void;
  readonly onGoTo: (problem: Problem) => void;
};

/**
 * The problems and inputs of the flow: beside the list, where steps can be mended while it is open, or as a sheet over
 * the page where there is no room beside. It carries the dialog: import it only where it is lazy.
 */
export function ProblemsPanel({ onClose, onGoTo }: ProblemsPanelProps) {
  const isBeside = useMediaQuery("(min-width: 900px)");
  const heading = useRef<HTMLHeadingElement>(null);
  // Who asked for the panel wants to be in it; it is not there before its code is.
  useEffect(() => heading.current?.focus(), []);
  const close = () => {
    onClose();
    wishFocus(() => document.querySelector<HTMLElement>("[data-problems-button]"));
  };

  if (!isBeside) {
    return (
      <Dialog title="Problems" variant="sheet" onClose={onClose}>
        <div data-problems="" className="-mx-4">
          <ProblemsContent
            onGoTo={(problem) => {
              onClose();
              onGoTo(problem);
            }}
          />
        </div>
      </Dialog>
    );
  }
  return (
    <aside
      aria-label="Problems"
      data-problems=""
      className="flex min-h-0 shrink-0 flex-col border-l border-line bg-surface max-[1199px]:w-[clamp(20rem,34vw,30rem)] max-[1199px]:not-only:max-h-[45%] max-[1199px]:border-b min-[1200px]:w-80"
      onKeyDown={(event) => {
        if (event.key === "Escape" && !event.defaultPrevented) {
          event.preventDefault();
          close();
        }
      }}
    >
      <header className="flex shrink-0 items-center justify-between gap-2 pt-3 pr-3 pb-1 pl-4">
        <h2 ref={heading} tabIndex={-1} data-problems-heading="" className="font-semibold">
          Problems
        </h2>
        <IconButton label="Close problems" icon={X} shortcut="Escape" size="sm" onClick={close} />
      </header>
      <div className="min-h-0 flex-1 overflow-y-auto pb-8">
        <ProblemsContent onGoTo={onGoTo} />
      </div>
    </aside>
  );
}
