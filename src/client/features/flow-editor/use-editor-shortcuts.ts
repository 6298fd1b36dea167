import { useEffect, useEffectEvent } from "react";
import { afterOwnUndo } from "./after-own-undo.ts";
import { commitTextBox } from "./commit-text-box.ts";
import { isCovered, isTyping } from "./is-typing.ts";
import { singleKeys } from "./single-keys.ts";
import { isInTrial } from "./try/is-in-trial.ts";

export interface EditorShortcuts {
  readonly save: () => void;
  readonly undo: () => void;
  readonly redo: () => void;
  readonly tryIt: () => void;
  readonly help: () => void;
}

/**
 * The shortcuts of the whole page. Save and Try it work wherever the focus is; undo and redo leave text fields their own. The
 * capture phase, since fields keep the keys that are typed in them to themselves.
 */
export function useEditorShortcuts(shortcuts: EditorShortcuts): void {
  const onKeyDown = useEffectEvent((event: KeyboardEvent) => {
    if (event.altKey || event.isComposing) return;
    const isCommand = event.ctrlKey || event.metaKey;
    const key = event.key.toLowerCase();
    if (isCommand && key === "s" && !event.shiftKey) {
      event.preventDefault();
      if (commitTextBox()) shortcuts.save();
      return;
    }
    if (isCommand && key === "enter" && !event.shiftKey) {
      // Over the flow's JSON the same key applies it.
      if ((isCovered() && !isInTrial(event.target)) || isIn(event.target, "[data-json-tab]")) return;
      event.preventDefault();
      // A text would take it for a new line.
      event.stopPropagation();
      if (!event.repeat && commitTextBox()) shortcuts.tryIt();
      return;
    }
    const isUndo = isCommand && (key === "z" || (key === "y" && !event.shiftKey));
    const undo = key === "y" || event.shiftKey ? shortcuts.redo : shortcuts.undo;
    // What is typed there is an edit of the flow, so its undo goes on where the text's own ends; in the sheet too.
    if (isUndo && isTyping(event) && isTextOfFlow(event.target)) return afterOwnUndo(event, undo);
    if (isCovered() || event.defaultPrevented) return;
    // With a modifier it is no typing, and most wanted by those who are lost in a text field.
    const isHelp = isCommand ? key === "/" : key === "?" && !isTyping(event) && singleKeys.isOn();
    if (isHelp) {
      event.preventDefault();
      shortcuts.help();
      return;
    }
    if (!isUndo || isTyping(event)) return;
    event.preventDefault();
    undo();
  });

  useEffect(() => {
    addEventListener("keydown", onKeyDown, { capture: true });
    return () => removeEventListener("keydown", onKeyDown, { capture: true });
  }, []);
}

function isTextOfFlow(target: EventTarget | null): boolean {
  return isIn(target, "[data-inspector], [data-json-tab]");
}

function isIn(target: EventTarget | null, selector: string): boolean {
  return target instanceof Element && target.closest(selector) !== null;
}
