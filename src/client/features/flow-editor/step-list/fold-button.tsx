import { ChevronRight } from "lucide-react";
import type { StepKey } from "#core/flow-document.ts";
import { joinClasses } from "#client/ui/join-classes.ts";
import { tooltip } from "#client/ui/tooltip.ts";
import { useEditor } from "#client/features/flow-editor/editor-context.tsx";

type FoldButtonProps = {
  readonly step: StepKey;
  readonly name: string;
  readonly isFolded: boolean;
  readonly tabIndex: number;
};

/** Folds away what is inside a conditional, or brings it back. */
export function FoldButton({ step, name, isFolded, tabIndex }: FoldButtonProps) {
  const { selection } = useEditor();
  const label = isFolded ? `Unfold ${name}` : `Fold ${name}`;
  return (
    <button
      type="button"
      data-no-drag=""
      aria-label={label}
      aria-expanded={!isFolded}
      tabIndex={tabIndex}
      onClick={() => (isFolded ? selection.unfold(step) : selection.fold(step))}
      {...tooltip(label, { shortcut: isFolded ? "ArrowRight" : "ArrowLeft" })}
      className="grid size-6 shrink-0 place-items-center rounded-md text-muted hover:bg-hover hover:text-ink pointer-coarse:h-10 pointer-coarse:w-8"
    >
      <ChevronRight
        aria-hidden="true"
        className={joinClasses("size-4 transition-transform", !isFolded && "rotate-90")}
      />
    </button>
  );
}
