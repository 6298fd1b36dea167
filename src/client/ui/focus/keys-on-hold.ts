import { useEffectEvent, useLayoutEffect } from "react";
import { isEventTargetInTextField } from "./key-event-in-text-field.ts";

/** Ends the hold if nothing takes the focus, because the code failed to load. */
const PATIENCE_MS = 500;

/** Keys of a hold that has ended, for the field that takes the focus, or for the next hold. */
let waiting: string[] = [];

/** Keeps keys, which are meant for a dialog whose code is loading, from the page, and then gives them to its field. */
export function KeysOnHold({ onClose }: { readonly onClose: () => void }): null {
  const close = useEffectEvent(onClose);
  useLayoutEffect(() => {
    // The shortcuts of the page do nothing while there is a dialog.
    const dialog = document.createElement("div");
    dialog.role = "dialog";
    dialog.dataset["overlay"] = "";
    dialog.ariaBusy = "true";
    dialog.ariaLabel = "Loading";
    document.body.append(dialog);
    const keys = waiting;
    const held = new AbortController();
    const options = { capture: true, signal: held.signal };
    const end = () => {
      waiting = [];
      held.abort();
    };
    const hold = (event: KeyboardEvent) => {
      event.stopImmediatePropagation();
      // AltGr, which types a character, is Ctrl+Alt on Windows.
      const isTyped = event.getModifierState("AltGraph");
      if (!isTyped && (event.ctrlKey || event.altKey || event.metaKey)) return;
      event.preventDefault();
      keys.push(event.key);
      if (event.key !== "Escape") return;
      keys.length = 0;
      end();
      close();
    };
    addEventListener("keydown", hold, options);
    return () => {
      dialog.remove();
      waiting = keys;
      setTimeout(end, PATIENCE_MS);
      const replay = ({ target }: FocusEvent) => {
        end();
        if (isEventTargetInTextField(target)) void replayKeys(keys.splice(0), target as HTMLInputElement);
      };
      addEventListener("focusin", replay, options);
    };
  }, []);
  return null;
}

async function replayKeys(keys: readonly string[], field: HTMLInputElement): Promise<void> {
  for (const key of keys) {
    // Lets React render what the key before has changed.
    await Promise.resolve();
    const event = new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true });
    if (document.activeElement !== field || !field.dispatchEvent(event)) continue;
    // Fires the events of typing, unlike setting the value.
    if (key.length === 1) document.execCommand("insertText", false, key);
    if (key === "Backspace") document.execCommand("delete");
    if (key === "Enter") field.form?.requestSubmit();
  }
}
