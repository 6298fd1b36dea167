import type { StepKey, StepNode } from "#core/flow-document.ts";
import { stepName } from "#core/step.ts";
import { announce } from "#client/ui/announce.ts";
import { positionAfterDrop, setDragState, useDragState } from "./drag-state.ts";

export interface MovingStep {
  readonly step: StepKey;
  readonly name: string;
  readonly index: number;
  readonly count: number;
}

interface MoveModeTarget extends MovingStep {
  readonly steps: readonly StepNode[];
  readonly drop: (gap: number) => void;
}

/** Positions that PageUp and PageDown go past. */
const PAGE = 10;

export function startMoveMode({ step, name, index, count }: MovingStep): void {
  setDragState({ type: "keyboard", key: step, from: index, gap: index });
  const position = `position ${index + 1} of ${count}`;
  announce(
    `Picked up ${name}, ${position}. Arrow keys move it, Space drops it, Escape puts it back.`,
    "assertive",
  );
}

/** Puts the step back where it was; says so, since nothing else does. */
export function stopMoveMode(step: StepKey, name: string): void {
  const state = useDragState.getState();
  if (state.type !== "keyboard" || state.key !== step) return;
  setDragState({ type: "none" });
  announce(`Put ${name} back at position ${state.from + 1}.`, "assertive");
}

/**
 * One key pressed on a step's handle; false when it means nothing there. The document changes once, on the drop: until
 * then only the marker moves, so that giving up costs nothing.
 */
export function moveModeKey(key: string, target: MoveModeTarget): boolean {
  const state = useDragState.getState();
  const isMoving = state.type === "keyboard" && state.key === target.step;
  if (!isMoving) {
    if (key !== " " && key !== "Enter") return false;
    startMoveMode(target);
    return true;
  }
  const position = positionAfterDrop(state.from, state.gap) - 1;
  switch (key) {
    case " ":
    case "Enter":
      setDragState({ type: "none" });
      if (position === state.from) announce(`Left ${target.name} at position ${position + 1}.`, "assertive");
      else target.drop(state.gap);
      return true;
    case "Escape":
      stopMoveMode(target.step, target.name);
      return true;
    case "ArrowUp":
      return moveTo(position - 1, state.from, target);
    case "ArrowDown":
      return moveTo(position + 1, state.from, target);
    case "PageUp":
      return moveTo(position - PAGE, state.from, target);
    case "PageDown":
      return moveTo(position + PAGE, state.from, target);
    case "Home":
      return moveTo(0, state.from, target);
    case "End":
      return moveTo(target.count - 1, state.from, target);
    default:
      return false;
  }
}

function moveTo(wanted: number, from: number, { step, name, count, steps }: MoveModeTarget): true {
  const position = Math.max(0, Math.min(count - 1, wanted));
  setDragState({ type: "keyboard", key: step, from, gap: position > from ? position + 1 : position });
  announce(describePosition(name, position, from, steps), "assertive");
  return true;
}

/** “Summarise, position 2 of 9, before Clean text.” */
export function describePosition(
  name: string,
  position: number,
  from: number,
  steps: readonly StepNode[],
): string {
  const others = steps.toSpliced(from, 1);
  const next = others[position];
  const neighbour = next ? `before ${stepName(next)}` : "at the end";
  return `${name}, position ${position + 1} of ${steps.length}, ${neighbour}.`;
}
