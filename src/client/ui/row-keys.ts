import type { KeyboardEvent } from "react";

/** What can be done to a row by key; what it does not have, its key does not do either. */
export interface RowActions {
  readonly edit?: () => void;
  readonly remove?: () => void;
  readonly undoDelete?: () => void;
}

interface RowKeyTargets extends RowActions {
  readonly activeIndex: number;
  readonly first: number;
  readonly last: number;
  readonly rowsInSight: number;
  readonly goTo: (index: number) => void;
  readonly goToTop: () => void;
  readonly openMenu?: () => void;
}

/** The keys of the row with the focus. Enter is its link's own. */
export function handleRowKey(event: KeyboardEvent<HTMLElement>, targets: RowKeyTargets): void {
  // A menu lives in a portal: its keys come by here as React sees the page, but they are not the row's.
  const isInside = event.target instanceof Node && event.currentTarget.contains(event.target);
  if (!isInside || event.defaultPrevented || isTextField(event.target)) return;
  const hasModifier = event.ctrlKey || event.metaKey || event.altKey;
  const isUndo = event.key.toLowerCase() === "z" && event.ctrlKey !== event.metaKey && !event.shiftKey;
  if (isUndo && !event.altKey && targets.undoDelete) targets.undoDelete();
  else if (hasModifier || !runRowKey(event, targets)) return;
  event.preventDefault();
}

/** A box to tick has no use for the keys of a row, and a person who ticks boxes goes on to the next row. */
function isTextField(target: EventTarget): boolean {
  return target instanceof HTMLInputElement && target.type !== "checkbox";
}

function runRowKey({ key, shiftKey }: KeyboardEvent, targets: RowKeyTargets): boolean {
  const { activeIndex, first, last, rowsInSight } = targets;
  const next = moveByKey(key, activeIndex, Math.max(1, rowsInSight - 1));
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

/** Where a key leads, before the ends of the list are minded; undefined for a key that leads nowhere. */
export function moveByKey(key: string, from: number, page: number): number | undefined {
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
