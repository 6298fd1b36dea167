import { type KeyboardEvent, useState } from "react";
import { isEnabled } from "#core/step.ts";
import { useEditor } from "./editor-context.tsx";
import { setDragState } from "./step-list/drag-state.ts";
import type { StepRowProps } from "./step-list/step-row.tsx";

/** Rows that PageUp and PageDown pass over. */
const PAGE = 10;

/** The keys of a focused row. Keys pressed in the controls inside it are theirs, but for those that mean the row. */
export function useStepRowKeys({ node, index, count }: StepRowProps) {
  const { openFlow, actions } = useEditor();
  const [isRenaming, setRenaming] = useState(false);

  const focusAt = (position: number) => {
    const { steps } = openFlow.getState().history.document;
    const target = steps[Math.max(0, Math.min(count - 1, position))];
    if (target) actions.focusStep(target.key);
  };

  const act = (event: KeyboardEvent<HTMLElement>): boolean => {
    const isPlain = !event.altKey && !event.ctrlKey && !event.metaKey && !event.shiftKey;
    if (event.altKey && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
      // A step that was picked up is put down by being moved at once.
      if (event.key.startsWith("Arrow")) setDragState({ type: "none" });
      if (event.key === "ArrowUp") return (actions.shift([node.key], "up"), true);
      if (event.key === "ArrowDown") return (actions.shift([node.key], "down"), true);
      return false;
    }
    if (event.key === "F10" && event.shiftKey) return openMenu(event.currentTarget);
    if (!isPlain) return false;
    switch (event.key) {
      case "ArrowUp":
        return (focusAt(index - 1), true);
      case "ArrowDown":
        return (focusAt(index + 1), true);
      case "Home":
        return (focusAt(0), true);
      case "End":
        return (focusAt(count - 1), true);
      case "PageUp":
        return (focusAt(index - PAGE), true);
      case "PageDown":
        return (focusAt(index + PAGE), true);
      case " ":
        return (actions.setEnabled([node.key], !isEnabled(node)), true);
      case "Enter":
        return (actions.inspect(node.key), true);
      case "F2":
        return (setRenaming(true), true);
      case "Delete":
      case "Backspace":
        return (actions.remove([node.key]), true);
      case "ContextMenu":
        return openMenu(event.currentTarget);
      default:
        return false;
    }
  };

  const onKeyDown = (event: KeyboardEvent<HTMLElement>) => {
    const isMine = event.target === event.currentTarget || event.altKey || event.key === "F2";
    if (isMine && !event.defaultPrevented && act(event)) event.preventDefault();
  };

  return { onKeyDown, isRenaming, setRenaming };
}

function openMenu(row: HTMLElement): boolean {
  row.querySelector<HTMLElement>("[data-part=menu]")?.click();
  return true;
}
