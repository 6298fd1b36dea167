import { EditorView } from "@codemirror/view";

/** What two texts differ in, in the colours of the theme: struck through where it is only in the other one, underlined where it is new. */
export const mergeLook = EditorView.theme({
  // Two texts stand beside each other: a box around both would not say which one has the focus.
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
