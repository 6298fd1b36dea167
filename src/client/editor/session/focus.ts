import { type RefObject, useLayoutEffect } from "react";
import { commitInlineTextEditor } from "#client/ui/fields/inline-text-editor.tsx";

/** Commits the name that is being edited in place, if any. Returns false if the name is invalid. */
export function commitInlineNameEdit(): boolean {
  const box = document.activeElement;
  return box === null || commitInlineTextEditor(box);
}

export function isInlineNameEditOpen(): boolean {
  return document.querySelector("[data-in-place] :is(input[type=text], textarea)") !== null;
}

/** The row that is the tab stop, else the add-step button or the JSON editor. */
export function findFallbackFocusElement(): HTMLElement | null {
  return document.querySelector(
    "[data-step-key][tabindex='0'], [data-add-step], [data-json-tab] .cm-content",
  );
}

/** Moves the focus back to the step list when the element unmounts with the focus inside. */
export function useReturnFocusOnUnmount(element: RefObject<HTMLElement | null>): void {
  useLayoutEffect(() => {
    const host = element.current;
    return () => {
      if (host?.contains(document.activeElement)) findFallbackFocusElement()?.focus();
    };
  }, [element]);
}

export function findPanelHeading(id: string): HTMLElement | null {
  return document.querySelector(`[data-panel-heading=${id}]`);
}
