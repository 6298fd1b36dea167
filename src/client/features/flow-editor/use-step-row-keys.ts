import { type KeyboardEvent, useState } from "react";
import type { StepKey, StepNode } from "#core/flow-document.ts";
import { type Editor, useEditor } from "./editor-context.tsx";
import { isTyping } from "./is-typing.ts";
import { setDragState } from "./step-list/drag-state.ts";
import type { RowPart } from "./step-list/step-list.tsx";

/** The keys of a focused row, but for those that walk through the list. Keys pressed in the controls inside it are theirs, but for those that mean the row. */
export function useStepRowKeys({ node }: { readonly node: StepNode }) {
  const editor = useEditor();
  const [isRenaming, setRenaming] = useState(false);

  const onKeyDown = (event: KeyboardEvent<HTMLElement>) => {
    if (event.defaultPrevented || isTyping(event.nativeEvent)) return;
    const isMine = event.target === event.currentTarget || event.altKey || event.key === "F2";
    if (isMine && pressKey(editor, node.key, event, setRenaming)) event.preventDefault();
  };

  return { onKeyDown, isRenaming, setRenaming };
}

/** One key on a step's row; false when it means nothing there. */
function pressKey(
  { actions }: Editor,
  key: StepKey,
  event: KeyboardEvent<HTMLElement>,
  setRenaming: (isRenaming: boolean) => void,
): boolean {
  if (event.ctrlKey || event.metaKey) return false;
  if (event.altKey) return move(actions, key, event);
  if (event.shiftKey) {
    if (event.key === "ArrowUp") return (actions.extend(key, -1), true);
    if (event.key === "ArrowDown") return (actions.extend(key, 1), true);
    return event.key === "F10" && openMenu(event.currentTarget);
  }
  switch (event.key) {
    case " ":
      return (actions.toggle(key), true);
    case "Enter":
      return (actions.inspect(key), true);
    case "F2":
      return (setRenaming(true), true);
    case "Delete":
    case "Backspace":
      return (actions.remove(actions.targetsOf(key)), true);
    case "ContextMenu":
      return openMenu(event.currentTarget);
    default:
      return false;
  }
}

function move(actions: Editor["actions"], key: StepKey, event: KeyboardEvent<HTMLElement>): boolean {
  if (!event.key.startsWith("Arrow")) return false;
  const isSideways = event.key === "ArrowLeft" || event.key === "ArrowRight";
  if (isSideways !== event.shiftKey) return false;
  // A step that was picked up is put down by being moved at once.
  setDragState({ type: "none" });
  const isOut = (event.key === "ArrowRight") === isRightToLeft(event.currentTarget);
  const sideways = isOut ? "out" : "into";
  const direction = isSideways ? sideways : event.key === "ArrowUp" ? "up" : "down";
  actions.shift(actions.targetsOf(key), direction, partOf(event.target), key);
  return true;
}

/** The control of the row that the key was pressed in. */
function partOf(target: EventTarget): RowPart {
  const control =
    target instanceof Element ? target.closest("[data-part=handle], [data-part=menu], [role=switch]") : null;
  if (control?.matches("[data-part=handle]")) return "handle";
  if (control?.matches("[data-part=menu]")) return "menu";
  return control ? "switch" : "row";
}

function isRightToLeft(element: HTMLElement): boolean {
  return getComputedStyle(element).direction === "rtl";
}

function openMenu(row: HTMLElement): boolean {
  row.querySelector<HTMLElement>("[data-part=menu]")?.click();
  return true;
}
