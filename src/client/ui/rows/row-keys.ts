import type { KeyboardEvent } from "react";
import { singleKeyShortcutsPreference } from "#client/ui/focus/key-event-in-text-field.ts";

export interface RowShortcutActions {
  readonly edit?: () => void;
  readonly remove?: () => void;
  readonly undoDelete?: () => void;
}

interface RowKeyTargets extends RowShortcutActions {
  readonly activeIndex: number;
  readonly first: number;
  readonly last: number;
  readonly rowsInSight: number;
  readonly goTo: (index: number) => void;
  readonly goToTop: () => void;
  readonly openMenu?: () => void;
}

export function handleListRowKeyDown(event: KeyboardEvent<HTMLElement>, targets: RowKeyTargets): void {
  // Ignores keys pressed in the row's menu, which React bubbles from the menu's portal to the row.
  const isInside = event.target instanceof Node && event.currentTarget.contains(event.target);
  if (!isInside || event.defaultPrevented || isTextField(event.target)) return;
  const hasModifier = event.ctrlKey || event.metaKey || event.altKey;
  const isUndo = event.key.toLowerCase() === "z" && event.ctrlKey !== event.metaKey && !event.shiftKey;
  // Handles Mod+A, so that the browser does not select the text of the whole page.
  const isAll = event.key.toLowerCase() === "a" && event.ctrlKey !== event.metaKey;
  if (isAll && !event.shiftKey && !event.altKey) return event.preventDefault();
  if (isUndo && !event.altKey && targets.undoDelete) targets.undoDelete();
  else if (hasModifier || !runRowKey(event, targets)) return;
  event.preventDefault();
}

function isTextField(target: EventTarget): boolean {
  return target instanceof HTMLInputElement && target.type !== "checkbox";
}

function runRowKey({ key, shiftKey }: KeyboardEvent, targets: RowKeyTargets): boolean {
  const { activeIndex, first, last, rowsInSight } = targets;
  const next = getIndexForNavigationKey(
    convertJOrKToArrowKey(key) ?? key,
    activeIndex,
    Math.max(1, rowsInSight - 1),
  );
  if (next !== undefined && !shiftKey) {
    targets.goTo(Math.min(Math.max(next, first), last));
    return true;
  }
  if (key === "Home" && !shiftKey) targets.goToTop();
  else if ((key === "ContextMenu" || (key === "F10" && shiftKey)) && targets.openMenu) targets.openMenu();
  else if (key === "Delete" && targets.remove) targets.remove();
  else if (key === "F2" && targets.edit) targets.edit();
  else return false;
  return true;
}

/** Returns the arrow key that J or K stands for; undefined for other keys, and if single-key shortcuts are off. */
export function convertJOrKToArrowKey(key: string): "ArrowDown" | "ArrowUp" | undefined {
  if (key !== "j" && key !== "k") return undefined;
  if (!singleKeyShortcutsPreference.getState()) return undefined;
  return key === "j" ? "ArrowDown" : "ArrowUp";
}

/** Returns the index that a key moves to, not clamped to the list; undefined for any other key. */
export function getIndexForNavigationKey(key: string, from: number, page: number): number | undefined {
  switch (key) {
    case "ArrowDown":
      return from + 1;
    case "ArrowUp":
      return from - 1;
    case "PageDown":
      return from + page;
    case "PageUp":
      return from - page;
    case "End":
      return Number.POSITIVE_INFINITY;
    default:
      return undefined;
  }
}
