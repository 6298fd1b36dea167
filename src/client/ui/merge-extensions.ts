import { EditorState, type Extension } from "@codemirror/state";
import { EditorView } from "@codemirror/view";
import { codeLook } from "./code-look.ts";
import { readCspNonce } from "./csp-nonce.ts";
import { mergeLook } from "./merge-look.ts";

const nonce = readCspNonce();

/** What every text has that is compared with another. */
export const mergeExtensions: readonly Extension[] = [
  EditorState.lineSeparator.of("\n"),
  EditorView.lineWrapping,
  codeLook,
  mergeLook,
  nonce === undefined ? [] : EditorView.cspNonce.of(nonce),
];

export function nameField(name: string): Extension {
  return EditorView.contentAttributes.of({ "aria-label": name, "aria-multiline": "true", tabindex: "0" });
}
