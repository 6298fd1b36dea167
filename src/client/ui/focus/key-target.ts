export function isKeyEventInTextField(event: Pick<KeyboardEvent, "isComposing" | "target">): boolean {
  return event.isComposing || isEventTargetInTextField(event.target);
}

export function isEventTargetInTextField(target: EventTarget | null): boolean {
  if (!(target instanceof Element)) return false;
  const field = target.closest("input, textarea, select, [contenteditable=true]");
  return field !== null && !(field instanceof HTMLInputElement && notTyped.has(field.type));
}

const notTyped: ReadonlySet<string> = new Set(["checkbox", "radio", "button", "submit", "range", "color"]);

export function isDialogOrMenuOpen(): boolean {
  return document.querySelector("[role=dialog], [role=alertdialog], [role=menu]") !== null;
}
