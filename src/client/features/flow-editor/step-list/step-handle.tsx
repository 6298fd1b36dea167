import { GripVertical } from "lucide-react";
import { type KeyboardEvent, type MouseEvent } from "react";
import type { StepKey } from "#core/flow-document.ts";
import { ROOT } from "#core/step-list.ts";
import { useOpenFlow } from "#client/document/use-open-flow.tsx";
import { joinClasses } from "#client/ui/join-classes.ts";
import { tooltip } from "#client/ui/tooltip.ts";
import { useDragState } from "./drag-state.ts";
import { moveModeKey, startMoveMode, stopMoveMode } from "./move-mode.ts";
import { useEditor } from "#client/features/flow-editor/editor-context.tsx";

type StepHandleProps = {
  readonly step: StepKey;
  readonly name: string;
  readonly index: number;
  readonly count: number;
  readonly tabIndex: number;
};

/**
 * The grip of a row. The pointer drags the whole row; a press of Space or Enter, or a screen reader's click, picks the
 * step up into the move mode of the keyboard.
 */
export function StepHandle({ step, name, index, count, tabIndex }: StepHandleProps) {
  const openFlow = useOpenFlow();
  const { actions } = useEditor();
  const isPickedUp = useDragState((state) => state.type === "keyboard" && state.key === step);

  const drop = (gap: number) => actions.move([step], { list: ROOT, index: gap }, "handle");
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const { steps } = openFlow.getState().history.document;
    if (!moveModeKey(event.key, { step, name, index, count, steps, drop })) return;
    event.preventDefault();
    event.stopPropagation();
  };
  const onClick = (event: MouseEvent) => {
    // A pointer's click ends a press that did not become a drag; one without a press count is a screen reader's.
    if (event.detail === 0 && !isPickedUp) startMoveMode({ step, name, index, count });
  };

  return (
    <button
      type="button"
      data-part="handle"
      aria-label={`Reorder ${name}`}
      aria-pressed={isPickedUp}
      aria-describedby="reorder-instructions"
      tabIndex={tabIndex}
      onKeyDown={onKeyDown}
      // Firefox would otherwise make a click of the key's release, and pick up again what was just dropped.
      onKeyUp={(event) => event.key === " " && event.preventDefault()}
      onClick={onClick}
      onBlur={() => stopMoveMode(step, name)}
      {...tooltip("Drag to reorder, or press Space and use the arrow keys")}
      className={joinClasses(
        "grid h-8 w-6 shrink-0 cursor-grab touch-none place-items-center rounded-md text-faint opacity-45 transition-opacity group-hover/row:opacity-100 group-focus-within/row:opacity-100 hover:text-ink focus-visible:opacity-100 pointer-coarse:h-10 pointer-coarse:opacity-100",
        isPickedUp && "bg-accent text-accent-ink opacity-100 hover:text-accent-ink",
      )}
    >
      <GripVertical aria-hidden="true" className="size-4" />
    </button>
  );
}
