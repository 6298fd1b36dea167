/** Asks a code editor to select a piece of its text: it alone knows its own state. */
export const SELECT_RANGE = "select-range";

export type TextRange = { readonly from: number; readonly to: number };

/** Selects a piece of the text of a field, in UTF-16 offsets, and brings it into view. */
export function selectRange(control: HTMLElement, from: number, to: number): void {
  if (control instanceof HTMLInputElement || control instanceof HTMLTextAreaElement)
    control.setSelectionRange(from, to);
  else control.dispatchEvent(new CustomEvent<TextRange>(SELECT_RANGE, { detail: { from, to } }));
}
