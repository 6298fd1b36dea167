import type { Extension } from "@codemirror/state";
import { type EditorView, type PluginValue, ViewPlugin } from "@codemirror/view";

/**
 * While `close` finds something of the editor to close, Escape closes it and nothing else. Dialogs listen for the key
 * before any element in them gets it, so it is caught before them.
 */
export function closeOnEscape(close: (view: EditorView) => boolean): Extension {
  class EscapeKeeper implements PluginValue {
    readonly #view: EditorView;

    constructor(view: EditorView) {
      this.#view = view;
      addEventListener("keydown", this.#onKeyDown, { capture: true });
    }

    destroy(): void {
      removeEventListener("keydown", this.#onKeyDown, { capture: true });
    }

    readonly #onKeyDown = (event: KeyboardEvent) => {
      if (event.key !== "Escape" || !close(this.#view)) return;
      event.preventDefault();
      event.stopPropagation();
    };
  }
  return ViewPlugin.fromClass(EscapeKeeper);
}
