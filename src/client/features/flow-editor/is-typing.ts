/** Whether a key belongs to a text that is being typed, or to the input method that composes it. */
export function isTyping(event: Pick<KeyboardEvent, "isComposing" | "target">): boolean {
  return event.isComposing || isTextField(event.target);
}

export function isTextField(target: EventTarget | null): boolean {
  if (!(target instanceof Element)) return false;
  const field = target.closest("input, textarea, select, [contenteditable=true]");
  return field !== null && !(field instanceof HTMLInputElement && notTyped.has(field.type));
}

const notTyped: ReadonlySet<string> = new Set(["checkbox", "radio", "button", "submit", "range", "color"]);

/** Something lies over the page and has the keys to itself. */
export function isCovered(): boolean {
  return document.querySelector("[role=dialog], [role=alertdialog], [role=menu]") !== null;
}
