/** Finds the control of a field in the inspector, by the field's id. */
export function fieldSelector(id: string): string {
  const field = `[data-inspector] [data-field="${CSS.escape(id)}"]`;
  return `${field} :is(input, select, textarea, .cm-content, [role=switch], [data-discard])`;
}

/** Focuses a field once what was just changed is drawn. */
export function focusField(id: string): void {
  requestAnimationFrame(() => document.querySelector<HTMLElement>(fieldSelector(id))?.focus());
}
