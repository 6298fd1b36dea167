import type { StepKey } from "#core/flow-document.ts";
import { wishFocus } from "#client/ui/focus-wish.ts";

/** Focuses a field of the inspector once what was just changed is drawn. */
export function focusField(id: string): void {
  wishFocus(() => document.querySelector<HTMLElement>(`[data-inspector] ${controlOf(id)}`));
}

/** Focuses a field of a step that the inspector is about to show; with its text selected, to be typed over. */
export function focusFieldOf(step: StepKey, id: string, { select = true } = {}): void {
  wishFocus(() => findIn(step, controlOf(id)), { select });
}

/** Focuses the name of a step that the inspector is about to show. */
export function focusHeadingOf(step: StepKey): void {
  wishFocus(() => findIn(step, "[data-inspector-heading]"));
}

/** Never in what is still shown of the step before. */
function findIn(step: StepKey, selector: string): HTMLElement | null {
  return document.querySelector<HTMLElement>(`[data-inspector="${CSS.escape(step)}"] ${selector}`);
}

function controlOf(id: string): string {
  const controls = "input, select, textarea, .cm-content, [role=switch], [data-discard]";
  return `[data-field="${CSS.escape(id)}"] :is(${controls})`;
}
