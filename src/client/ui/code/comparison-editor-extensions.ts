import { type Extension, EditorState } from "@codemirror/state";
import { getChunks, goToNextChunk, goToPreviousChunk } from "@codemirror/merge";
import { EditorView, keymap } from "@codemirror/view";
import { announceToScreenReaders } from "#client/ui/announce/announce.ts";
import { codeEditorTheme } from "./code-theme.ts";
import { readCspNonce } from "./csp-nonce.ts";
import { NEXT_DIFFERENCE_SHORTCUT } from "./select-text-range.ts";

const nonce = readCspNonce();

/** Selects and focuses the next or previous difference, wrapping around at the ends, and announces its number. */
export function createGoToDifferenceCommand(direction: "next" | "previous"): (view: EditorView) => boolean {
  const goToChunk = direction === "next" ? goToNextChunk : goToPreviousChunk;
  return (view) => {
    goToChunk(view);
    const { main } = view.state.selection;
    view.dispatch({ effects: EditorView.scrollIntoView(main, { y: "center" }) });
    view.focus();
    const { chunks = [], side } = getChunks(view.state) ?? {};
    const number = chunks.findIndex(({ fromA, fromB }) => (side === "a" ? fromA : fromB) === main.from) + 1;
    if (number > 0) announceToScreenReaders(`Difference ${number} of ${chunks.length}.`);
    return true;
  };
}

const mergeLook = EditorView.theme({
  "&.cm-focused": { outline: "2px solid var(--focus)", outlineOffset: "-2px" },
  "&.cm-merge-a .cm-changedLine, .cm-deletedChunk": { backgroundColor: "var(--danger-soft)" },
  "&.cm-merge-b .cm-changedLine, .cm-inlineChangedLine": { backgroundColor: "var(--success-soft)" },
  "&.cm-merge-a .cm-changedText, .cm-deletedChunk .cm-deletedText": {
    background: "none",
    textDecoration: "line-through",
    color: "var(--danger)",
  },
  "&.cm-merge-b .cm-changedText": {
    background: "none",
    textDecoration: "underline",
    textUnderlineOffset: "2px",
    color: "var(--success)",
  },
  ".cm-deletedChunk": { padding: "0 0.625rem" },
});

export const comparisonEditorExtensions: readonly Extension[] = [
  EditorState.lineSeparator.of("\n"),
  EditorView.lineWrapping,
  // `mergeLook` precedes `codeEditorTheme`, because the first of two themes wins.
  mergeLook,
  codeEditorTheme,
  keymap.of([
    {
      key: NEXT_DIFFERENCE_SHORTCUT,
      run: createGoToDifferenceCommand("next"),
      shift: createGoToDifferenceCommand("previous"),
    },
  ]),
  nonce === undefined ? [] : EditorView.cspNonce.of(nonce),
];

export function createEditorLabelExtension(name: string): Extension {
  return EditorView.contentAttributes.of({ "aria-label": name, "aria-multiline": "true", tabindex: "0" });
}
