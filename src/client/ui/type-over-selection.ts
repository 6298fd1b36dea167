import type { EditorView } from "@codemirror/view";

/**
 * Chromium keeps the look of a selection that is typed over by a style attribute, which the content security policy
 * blocks and reports; the text is put in without its help. The selection is the browser's: it may be newer than the editor's.
 */
export function typeOverSelection(event: InputEvent, view: EditorView): boolean {
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
