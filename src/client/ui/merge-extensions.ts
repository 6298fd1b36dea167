import { EditorState, type Extension } from "@codemirror/state";
import { getChunks, goToNextChunk, goToPreviousChunk } from "@codemirror/merge";
import { EditorView, keymap } from "@codemirror/view";
import { announce } from "./announce.ts";
import { codeLook } from "./code-look.ts";
import { readCspNonce } from "./csp-nonce.ts";
import { NEXT_DIFFERENCE } from "./difference-key.ts";
import { mergeLook } from "./merge-look.ts";

const nonce = readCspNonce();

/** Puts the cursor and the focus at the next difference, beginning anew behind the last, and says which one it is. */
export function goToDifference(direction: "next" | "previous"): (view: EditorView) => boolean {
  const go = direction === "next" ? goToNextChunk : goToPreviousChunk;
  return (view) => {
    go(view);
    const { main } = view.state.selection;
    view.dispatch({ effects: EditorView.scrollIntoView(main, { y: "center" }) });
    view.focus();
    const { chunks = [], side } = getChunks(view.state) ?? {};
    const number = chunks.findIndex(({ fromA, fromB }) => (side === "a" ? fromA : fromB) === main.from) + 1;
    if (number > 0) announce(`Difference ${number} of ${chunks.length}.`);
    return true;
  };
}

/** What every text has that is compared with another. */
export const mergeExtensions: readonly Extension[] = [
  EditorState.lineSeparator.of("\n"),
  EditorView.lineWrapping,
  // Where both say something of the same, the first one holds.
  mergeLook,
  codeLook,
  keymap.of([{ key: NEXT_DIFFERENCE, run: goToDifference("next"), shift: goToDifference("previous") }]),
  nonce === undefined ? [] : EditorView.cspNonce.of(nonce),
];

export function nameField(name: string): Extension {
  return EditorView.contentAttributes.of({ "aria-label": name, "aria-multiline": "true", tabindex: "0" });
}
