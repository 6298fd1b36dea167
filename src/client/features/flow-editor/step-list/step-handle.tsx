import type { KeyboardEvent } from "react";
import type { StepKey } from "#core/flow-document.ts";
import { joinClasses } from "#client/ui/join-classes.ts";
import { GripIcon } from "#client/ui/row-icons.tsx";
import { tooltip } from "#client/ui/tooltip.ts";
import { useDragState } from "./drag-state.ts";
import type { StepMover } from "./step-mover.ts";

type StepHandleProps = {
  readonly step: StepKey;
  readonly name: string;
  readonly mover: StepMover;
  readonly tabIndex: number;
};

/**
 * The grip of a row. The pointer drags the whole row; Space or Enter picks the step up for the arrow keys; a tap, or a
 * screen reader's click, picks it up for a tap on its place.
 */
export function StepHandle({ step, name, mover, tabIndex }: StepHandleProps) {
  const pickedUp = useDragState((state) =>
    state.type !== "none" && state.type !== "pointer" && state.lead === step ? state.type : undefined,
  );

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    if (pickedUp) {
      if (!mover.pressKey(event.key, event.shiftKey)) return;
    } else if (event.key === " " || event.key === "Enter") mover.pickUp(step, "keyboard");
    else return;
    event.preventDefault();
    event.stopPropagation();
  };

  return (
    <button
      type="button"
      data-part="handle"
      aria-label={`Reorder ${name}`}
      aria-pressed={pickedUp !== undefined}
      aria-describedby="reorder-instructions"
      tabIndex={tabIndex}
      onKeyDown={onKeyDown}
      // Firefox would otherwise make a click of the key's release, and pick up again what was just dropped.
      onKeyUp={(event) => event.key === " " && event.preventDefault()}
      onClick={() => (pickedUp ? mover.putBack() : mover.pickUp(step, "tap"))}
      // A tap on a place takes the focus from here, and is no giving up.
      onBlur={() => pickedUp === "keyboard" && mover.putBack()}
      {...tooltip("Drag to reorder, click to choose a place, or press Space and use the arrow keys")}
      className={joinClasses(
        "grid h-8 w-6 shrink-0 cursor-grab touch-none place-items-center rounded-md group-hover/row:transition-colors pointer-coarse:h-10",
        pickedUp
          ? "bg-accent text-accent-ink"
          : // A colour and no opacity, which would be a layer of its own in every row.
            "text-faint/45 group-focus-within/row:text-faint group-hover/row:text-faint hover:text-ink pointer-coarse:text-faint",
      )}
    >
      <GripIcon className="size-4" />
    </button>
  );
}
