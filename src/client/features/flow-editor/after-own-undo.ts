/** Browsers undo as part of the key or, through a menu, a moment later; long enough for that, too short to be felt. */
const BROWSER_TAKES_MS = 60;

/**
 * Lets a text field undo or redo what was typed in it first, and runs `otherwise` where it had nothing to undo: then a
 * code editor leaves the key alone, and a plain field reports no input.
 */
export function afterOwnUndo(event: KeyboardEvent, otherwise: () => void): void {
  let isUndone = false;
  const notice = (input: Event) => {
    if (input instanceof InputEvent && input.inputType.startsWith("history")) isUndone = true;
  };
  addEventListener("input", notice, { capture: true });
  setTimeout(() => {
    removeEventListener("input", notice, { capture: true });
    if (!isUndone && !event.defaultPrevented) otherwise();
  }, BROWSER_TAKES_MS);
}
