import { createStoredOnOffSetting } from "#client/storage/stored-value.ts";

export function isKeyEventInTextField(event: Pick<KeyboardEvent, "isComposing" | "target">): boolean {
  return event.isComposing || isEventTargetInTextField(event.target);
}

export function isEventTargetInTextField(target: EventTarget | null): boolean {
  if (!(target instanceof Element)) return false;
  const field = target.closest("input, textarea, select, [contenteditable=true]");
  return field !== null && !(field instanceof HTMLInputElement && INPUT_TYPES_WITHOUT_TEXT.has(field.type));
}

const INPUT_TYPES_WITHOUT_TEXT: ReadonlySet<string> = new Set([
  "checkbox",
  "radio",
  "button",
  "submit",
  "range",
  "color",
]);

/** Whether the key types a character. Firefox opens its quick find for “/” and “'” unless the default is prevented. */
export function isPrintableKey({
  key,
  ctrlKey,
  metaKey,
  altKey,
}: Pick<KeyboardEvent, "key" | "ctrlKey" | "metaKey" | "altKey">): boolean {
  return key.length === 1 && key !== " " && !ctrlKey && !metaKey && !altKey;
}

/** Runs at each key: one attribute without a value takes a third of the time of three roles. */
export function isDialogOrMenuOpen(): boolean {
  return document.querySelector("[data-overlay]") !== null;
}

/** Whether single-character shortcuts work. WCAG 2.1.4 requires a way to switch such shortcuts off. */
export const singleKeyShortcutsPreference = createStoredOnOffSetting("flowline-single-keys", true);
