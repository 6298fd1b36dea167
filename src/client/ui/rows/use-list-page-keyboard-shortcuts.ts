import { useEffectEvent, useLayoutEffect } from "react";
import {
  isDialogOrMenuOpen,
  isEventTargetInTextField,
  singleKeyShortcutsPreference,
} from "#client/ui/focus/key-event-in-text-field.ts";
import { registerShortcutsDialogOpener } from "#client/ui/overlays/page-commands.ts";
import { convertJOrKToArrowKey } from "./row-keys.ts";

/** J, K and the arrow keys enter the rows, which handle further keys. */
export function useListPageKeyboardShortcuts(showShortcuts: () => void): void {
  const onKeyDown = useEffectEvent((event: KeyboardEvent) => {
    if (event.defaultPrevented || event.isComposing || isDialogOrMenuOpen()) return;
    if (runListPageKey(event, showShortcuts)) event.preventDefault();
  });
  const onShow = useEffectEvent(showShortcuts);
  // Before the rows are painted: a key that is pressed as soon as they show must not be lost.
  useLayoutEffect(() => {
    const listener = (event: KeyboardEvent) => onKeyDown(event);
    addEventListener("keydown", listener);
    const withdraw = registerShortcutsDialogOpener(() => onShow());
    return () => {
      removeEventListener("keydown", listener);
      withdraw();
    };
  }, []);
}

function runListPageKey(event: KeyboardEvent, showShortcuts: () => void): boolean {
  const { key, target } = event;
  const hasModifier = event.ctrlKey || event.metaKey || event.altKey;
  const isShortcutsKey = (hasModifier && key === "/" && !event.altKey) || isSingleKey(event, "?");
  if (isShortcutsKey) showShortcuts();
  else if (hasModifier) return false;
  else if (isSingleKey(event, "/")) return focusElement("main input[type=search]");
  else if (mayEnterRows(target, key)) return enterRows(target);
  return isShortcutsKey;
}

/** Waits for the result of a search: otherwise Enter would open a row of the previous search. */
function enterRows(target: EventTarget | null): boolean {
  const row = "[data-active] [data-row-link]";
  if (!(target instanceof HTMLInputElement) || target.dataset["searchPending"] === undefined)
    return focusElement(row);
  const { value } = target;
  const findRow = () =>
    target.dataset["searchPending"] === undefined && target.value === value
      ? document.querySelector<HTMLElement>(row)
      : null;
  import("#client/ui/focus/focus-request.ts").then(
    ({ requestFocusWhenRendered }) => requestFocusWhenRendered(findRow),
    () => undefined,
  );
  return true;
}

function isSingleKey({ key, target }: KeyboardEvent, wanted: string): boolean {
  return key === wanted && !isEventTargetInTextField(target) && singleKeyShortcutsPreference.getState();
}

/** False for arrow keys while a control has the focus, because the control may use them. */
function mayEnterRows(target: EventTarget | null, key: string): boolean {
  if (!(target instanceof Element)) return false;
  if (target.matches("input[type=search]")) return key === "ArrowDown";
  if (isEventTargetInTextField(target)) return false;
  const isArrow = key === "ArrowDown" || key === "ArrowUp";
  return convertJOrKToArrowKey(key) !== undefined || (isArrow && target.matches("body, main, h1"));
}

function focusElement(selector: string): boolean {
  const element = document.querySelector<HTMLElement>(selector);
  element?.focus();
  if (element instanceof HTMLInputElement) element.select();
  return element !== null;
}
