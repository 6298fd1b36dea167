import type { StepKey } from "#core/document/flow-document.ts";
import { requestFocusWhenRendered } from "#client/ui/focus/focus-request.ts";

export function focusInspectorField(id: string): void {
  requestFocusWhenRendered(() => document.querySelector<HTMLElement>(`[data-inspector] ${controlOf(id)}`));
}

/**
 * Focuses a field of a step, now or when the step's inspector is rendered. Selects the field's text, so that typing
 * replaces the text.
 */
export function focusInspectorFieldOfStep(step: StepKey, id: string, { select = true } = {}): void {
  requestFocusWhenRendered(() => findControlOfField(step, id), { select });
}

export function focusInspectorHeadingOfStep(step: StepKey): void {
  requestFocusWhenRendered(() => findInspectorHeading(step));
}

/** Searches by step key, because the inspector of the previously selected step may still be rendered. */
export function findControlOfField(step: StepKey, id: string): HTMLElement | null {
  return document.querySelector<HTMLElement>(`[data-inspector="${CSS.escape(step)}"] ${controlOf(id)}`);
}

export function findInspectorHeading(step: StepKey): HTMLElement | null {
  return document.querySelector<HTMLElement>(`[data-inspector-heading="${CSS.escape(step)}"]`);
}

function controlOf(id: string): string {
  const controls = "input, select, textarea, .cm-content, [role=switch], [data-add], [data-discard]";
  return `[data-field="${CSS.escape(id)}"] :is(${controls})`;
}
