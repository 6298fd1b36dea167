// Separate from the editor, so that importing these names does not load CodeMirror.

export const NEXT_DIFFERENCE_SHORTCUT = "F7";
export const PREVIOUS_DIFFERENCE_SHORTCUT = `Shift+${NEXT_DIFFERENCE_SHORTCUT}`;

export const SHOW_VARIABLE_INFO_SHORTCUT = "Mod+I";
export const RENAME_VARIABLE_SHORTCUT = "F2";

/** Converts `Mod+I` to CodeMirror's notation, `Mod-i`. */
export function toCodeMirrorKey(shortcut: string): string {
  return shortcut
    .split("+")
    .map((part) => (part.length === 1 ? part.toLowerCase() : part))
    .join("-");
}

/** `name` is a variable name without braces, `template` prose with `{{variables}}`. */
export type CodeLanguage = "json" | "script" | "expression" | "liquid" | "template" | "name";

export const SELECT_TEXT_RANGE_EVENT_NAME = "select-range";

export type TextOffsetRange = { readonly from: number; readonly to: number };

/** Selects a range of a field's text, in UTF-16 code units. A code editor also scrolls the range into view. */
export function selectTextRange(control: HTMLElement, from: number, to: number): void {
  if (control instanceof HTMLInputElement || control instanceof HTMLTextAreaElement)
    control.setSelectionRange(from, to);
  else
    control.dispatchEvent(
      new CustomEvent<TextOffsetRange>(SELECT_TEXT_RANGE_EVENT_NAME, { detail: { from, to } }),
    );
}
