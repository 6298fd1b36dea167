import type { FlowDocument, StepKey } from "#core/document/flow-document.ts";
import { quoteName } from "#core/text/quote-name.ts";
import { findStep, listEnclosingConditionals, getLocationsOfAllSteps } from "#core/document/step-list.ts";
import { getStepName } from "#core/document/step.ts";
import { announceToScreenReaders } from "#client/ui/announce/announce.ts";
import { requestFocusWhenRendered } from "#client/ui/focus/focus-request.ts";
import type { Editor } from "#client/editor/session/editor-provider.tsx";
import { findSingleSelectedStep } from "#client/editor/session/step-selection.ts";
import { findControlOfField, findInspectorHeading } from "./focus-field.ts";

/** Returns the step above (-1) or below (1) in the list. Skips steps inside folded conditionals. */
export function findKeyOfStepAboveOrBelow(
  document: FlowDocument,
  folded: ReadonlySet<StepKey>,
  from: StepKey,
  by: 1 | -1,
): StepKey | undefined {
  const steps = [...getLocationsOfAllSteps(document)];
  const start = getLocationsOfAllSteps(document).get(from)?.ordinal;
  if (start === undefined) return undefined;
  const isVisible = ([, { list }]: (typeof steps)[number]) =>
    folded.size === 0 || !listEnclosingConditionals(document, list).some((key) => folded.has(key));
  const found = by > 0 ? steps.slice(start + 1).find(isVisible) : steps.slice(0, start).findLast(isVisible);
  return found?.[0];
}

/**
 * Shows the step above or below in the inspector. If a field, button or row of the previous step has the focus,
 * focuses the same element of the new step, so that the user can compare or edit one field of many steps.
 */
export function showStepAboveOrBelow(editor: Editor, by: 1 | -1): void {
  const { openFlow, selection, list, inspect, documentNow } = editor;
  const state = selection.getState();
  const from = findSingleSelectedStep(state);
  if (from === undefined) return;
  const next = findKeyOfStepAboveOrBelow(documentNow(), state.folded, from, by);
  const node = next === undefined ? undefined : findStep(documentNow(), next);
  if (next === undefined || !node) {
    announceToScreenReaders(explainWhyNoStepIsAboveOrBelow(by));
    return;
  }
  const field = leaveFocusedField();
  openFlow.flush();
  if (field) editor.inspectorViews.requestField({ step: next, at: field.path.split(".") });
  const isInInspector = field !== undefined || isFocusInInspectorBody();
  inspect(next);
  if (editor.focusedStep() === undefined) list.current?.showStep(next);
  else editor.focusStep(next);
  if (isInInspector) requestFocusWhenRendered(() => findFieldOrHeading(next, field?.id));
  announceToScreenReaders(`${quoteName(getStepName(node))}, step ${positionOf(documentNow(), next)}.`);
}

export function explainWhyNoStepIsAboveOrBelow(by: 1 | -1): string {
  return by > 0 ? "This is the last step." : "This is the first step.";
}

interface FocusedField {
  readonly id: string;
  readonly path: string;
}

/**
 * Removes the focus from the focused field, whose blur handler commits the input. Returns the field; undefined if no
 * field has the focus.
 */
function leaveFocusedField(): FocusedField | undefined {
  const { activeElement } = document;
  const field = activeElement?.closest<HTMLElement>("[data-inspector] [data-field]");
  const id = field?.dataset["field"];
  if (id === undefined || !(activeElement instanceof HTMLElement)) return undefined;
  activeElement.blur();
  return { id, path: field?.dataset["path"] ?? id };
}

function isFocusInInspectorBody(): boolean {
  return document.activeElement?.matches("[data-inspector-heading], [data-inspector] *") === true;
}

/**
 * Finds the control of the step's field, or the heading if the step has no such field. Returns null until the step's
 * form is rendered.
 */
function findFieldOrHeading(step: StepKey, field: string | undefined): HTMLElement | null {
  if (field === undefined) return findInspectorHeading(step);
  const form = document.querySelector(`[data-inspector="${CSS.escape(step)}"]`);
  if (!form?.querySelector("[data-field=name]")) return null;
  const hasField = form.querySelector(`[data-field="${CSS.escape(field)}"]`) !== null;
  return hasField ? findControlOfField(step, field) : findInspectorHeading(step);
}

function positionOf(document: FlowDocument, key: StepKey): string {
  const located = getLocationsOfAllSteps(document);
  return `${(located.get(key)?.ordinal ?? 0) + 1} of ${located.size}`;
}
