import { useEffect, useEffectEvent } from "react";
import { commitTextBox } from "./commit-text-box.ts";

export interface EditorShortcuts {
  readonly save: () => void;
  readonly undo: () => void;
  readonly redo: () => void;
}

/**
 * The shortcuts of the whole page. Save works wherever the focus is; undo and redo leave text fields their own. The
 * capture phase, since fields keep the keys that are typed in them to themselves.
 */
export function useEditorShortcuts(shortcuts: EditorShortcuts): void {
  const onKeyDown = useEffectEvent((event: KeyboardEvent) => {
    if (!(event.ctrlKey || event.metaKey) || event.altKey || event.isComposing) return;
    const key = event.key.toLowerCase();
    if (key === "s" && !event.shiftKey) {
      event.preventDefault();
      if (commitTextBox()) shortcuts.save();
      return;
    }
    if (document.querySelector("[role=dialog], [role=alertdialog]") || isTextField(event.target)) return;
    if (key === "z" || (key === "y" && !event.shiftKey)) {
      event.preventDefault();
      if (key === "y" || event.shiftKey) shortcuts.redo();
      else shortcuts.undo();
    }
  });

  useEffect(() => {
    addEventListener("keydown", onKeyDown, { capture: true });
    return () => removeEventListener("keydown", onKeyDown, { capture: true });
  }, []);
}

function isTextField(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest("input, textarea, [contenteditable=true]") !== null;
}
