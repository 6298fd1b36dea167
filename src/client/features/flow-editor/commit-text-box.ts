/**
 * A name that is being edited in place is an edit already, for whoever saves, counts or leaves: it is committed as Enter
 * would. False when the box keeps what is in it, since it is not a name.
 */
export function commitTextBox(): boolean {
  const box = document.activeElement;
  if (!(box instanceof HTMLInputElement) || !box.closest("[data-in-place]")) return true;
  box.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", bubbles: true, cancelable: true }));
  return box.validity.valid;
}

/** A name is being edited in place, and is no edit yet. */
export function isTextBoxOpen(): boolean {
  return document.querySelector("[data-in-place] input[type=text]") !== null;
}
