import type { Extension } from "@codemirror/state";
import { type EditorView, type PluginValue, ViewPlugin } from "@codemirror/view";

/** Closes only a popup of the editor. Captures the key, which a surrounding dialog would handle first. */
export function createCloseOnEscapeExtension(close: (view: EditorView) => boolean): Extension {
  class EscapeListener implements PluginValue {
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
  return ViewPlugin.fromClass(EscapeListener);
}
