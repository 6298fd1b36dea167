import { redo, undo } from "@codemirror/commands";
import type { EditorView } from "@codemirror/view";

/** Unlike `historyKeymap`, lets the keys reach the page if the field has nothing to undo. */
export const codeMirrorUndoRedoKeyBindings = [
  { key: "Mod-z", run: undo },
  { key: "Mod-y", run: redo },
  { key: "Mod-Shift-z", run: redo },
];

/** Replaces a selection itself: Chromium would add a style attribute, which the content security policy blocks. */
export function handleInputReplacingSelection(event: InputEvent, view: EditorView): boolean {
  const isTyping = event.inputType === "insertText" && event.data !== null && !event.isComposing;
  const selection = getSelection();
  const range = selection && selection.rangeCount > 0 ? selection.getRangeAt(0) : undefined;
  if (!isTyping || view.state.readOnly || !range || range.collapsed) return false;
  event.preventDefault();
  const from = view.posAtDOM(range.startContainer, range.startOffset);
  const to = view.posAtDOM(range.endContainer, range.endOffset);
  const insert = event.data ?? "";
  view.dispatch({
    changes: { from: Math.min(from, to), to: Math.max(from, to), insert },
    selection: { anchor: Math.min(from, to) + insert.length },
    userEvent: "input.type",
    scrollIntoView: true,
  });
  return true;
}
