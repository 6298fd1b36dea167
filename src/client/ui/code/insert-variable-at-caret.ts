import { EditorView } from "@codemirror/view";
import { insertVariable } from "./variable-completion.ts";

export function insertVariableAtCaret(editor: HTMLElement, path: string): void {
  const view = EditorView.findFromDOM(editor);
  if (view) insertVariable(view, path);
}

/** Selects the range in `to` that is selected in `from`, another editor of the same text. */
export function copyCaret(from: HTMLElement, to: HTMLElement): void {
  const [source, target] = [EditorView.findFromDOM(from), EditorView.findFromDOM(to)];
  if (!source || !target) return;
  const { main } = source.state.selection;
  const { length } = target.state.doc;
  const [anchor, head] = [Math.min(main.anchor, length), Math.min(main.head, length)];
  target.dispatch({ selection: { anchor, head }, scrollIntoView: true });
}
