import { redo, undo } from "@codemirror/commands";

/** CodeMirror's own bindings keep the keys to the field even when there is nothing to undo in it. */
export const fieldUndoKeys = [
  { key: "Mod-z", run: undo },
  { key: "Mod-y", run: redo },
  { key: "Mod-Shift-z", run: redo },
];
