import { useEffect, useEffectEvent } from "react";
import { useEditor } from "./editor-context.tsx";
import { isCovered, isTextField, isTyping } from "./is-typing.ts";
import { singleKeys } from "./single-keys.ts";
import { useDragState } from "./step-list/drag-state.ts";

/**
 * The shortcuts and the clipboard of the step list, wherever the focus is on its page. Draws nothing; mounted beside the
 * list, so that nothing happens to steps that are not to be seen.
 */
export function StepCommands() {
  const { actions, selection } = useEditor();

  const handleKey = (event: KeyboardEvent): boolean => {
    const key = event.key.toLowerCase();
    if (event.ctrlKey || event.metaKey) {
      if (event.shiftKey) return false;
      if (key === "a") return (actions.selectAll(), true);
      if (key !== "d") return false;
      // The browser would set a bookmark, which nobody wants by holding the key down either.
      if (!event.repeat) void actions.duplicate(actions.targetsNow());
      return true;
    }
    if (key === "/" && singleKeys.isOn()) return (actions.addHere(), true);
    const selected = selection.getState().keys.size;
    if (key === "escape" && selected > 0) return (actions.clearSelection(), true);
    // A row has its own Delete; this one is for the panel of the selection.
    if (key !== "delete" || selected < 2 || actions.focusedStep() !== undefined) return false;
    return (actions.remove(actions.targetsNow()), true);
  };

  const onKeyDown = useEffectEvent((event: KeyboardEvent) => {
    if (event.defaultPrevented || event.altKey || isTyping(event) || isCovered()) return;
    // A step in hand has the keys.
    if (useDragState.getState().type !== "none") return;
    if (handleKey(event)) event.preventDefault();
  });

  const onClipboard = useEffectEvent((event: ClipboardEvent) => {
    if (event.defaultPrevented || isTextField(event.target) || isCovered()) return;
    // Cutting would take away what is in hand, and pasting would move the place that it is carried to.
    if (useDragState.getState().type !== "none") return;
    if (event.type === "paste") {
      event.preventDefault();
      void actions.pasteHere(event.clipboardData?.getData("text/plain") ?? "");
      return;
    }
    const keys = actions.targetsNow();
    // Text that somebody marked is what they mean to copy.
    if (keys.length === 0 || document.getSelection()?.isCollapsed === false) return;
    event.preventDefault();
    const write = (text: string) => {
      event.clipboardData?.setData("text/plain", text);
      return event.clipboardData !== null;
    };
    if (event.type === "cut") actions.cut(keys, write);
    else actions.copy(keys, write);
  });

  useEffect(() => {
    const clipboard = ["copy", "cut", "paste"] as const;
    addEventListener("keydown", onKeyDown);
    for (const type of clipboard) addEventListener(type, onClipboard);
    return () => {
      removeEventListener("keydown", onKeyDown);
      for (const type of clipboard) removeEventListener(type, onClipboard);
    };
  }, []);
  return null;
}
