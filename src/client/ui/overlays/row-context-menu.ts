import { openMenuAt } from "#client/ui/controls/menu-button.tsx";
import { isEventTargetInTextField, isPrintableKey } from "#client/ui/focus/key-event-in-text-field.ts";

const ROW = "[data-row-id], [data-step-key]";
const MENU = 'button[aria-haspopup="menu"]';

/** Duration of a long press in milliseconds, and how far the finger may move meanwhile, in CSS pixels. */
const LONG_PRESS_MS = 500;
const REST_PX = 10;

/** Times a long press, for which Safari on iOS sends no `contextmenu`. Shift keeps the browser's own menu. */
export function installRowContextMenu(): void {
  document.addEventListener("contextmenu", (event) => {
    endPress();
    if (event.shiftKey || event.defaultPrevented || (isTouched && isInStepList(event.target))) return;
    const button = findMenuButton(event.target);
    if (!button) return;
    event.preventDefault();
    isClickSuppressed = true;
    open(button, event.clientX, event.clientY);
  });
  const passive = { capture: true, passive: true };
  document.addEventListener("pointerdown", startPress, passive);
  document.addEventListener("pointermove", endMovedPress, passive);
  for (const type of ["pointerup", "pointercancel", "scroll", "dragstart"])
    document.addEventListener(type, endPress, passive);
  // The mouse events that follow a touch would take the focus from the menu, and so close it.
  document.addEventListener("touchend", (event) => isClickSuppressed && event.preventDefault(), {
    capture: true,
    passive: false,
  });
  document.addEventListener("click", suppressClickOfMenu, { capture: true });
}

/** Firefox's. Adds the listener on each key, to run after the shortcuts, which ignore a prevented key. */
export function preventQuickFindOnRows(): void {
  const prevent = (event: KeyboardEvent) => {
    const isOnRow = event.target instanceof Element && event.target.closest(`${ROW}, [data-row]`);
    if (isOnRow && isPrintableKey(event) && !isEventTargetInTextField(event.target)) event.preventDefault();
  };
  const listenLast = () => {
    removeEventListener("keydown", prevent);
    addEventListener("keydown", prevent);
  };
  addEventListener("keydown", listenLast, { capture: true });
}

let press: { readonly x: number; readonly y: number; readonly timer: number } | undefined;
let isTouched = false;
let isClickSuppressed = false;

function startPress({ target, pointerType, isPrimary, clientX: x, clientY: y }: PointerEvent): void {
  endPress();
  isClickSuppressed = false;
  isTouched = pointerType === "touch";
  const button = isTouched && isPrimary && !isInStepList(target) ? findMenuButton(target) : undefined;
  if (!button) return;
  const timer = window.setTimeout(() => {
    isClickSuppressed = true;
    open(button, x, y);
  }, LONG_PRESS_MS);
  press = { x, y, timer };
}

function endMovedPress({ clientX, clientY }: PointerEvent): void {
  if (press && Math.hypot(clientX - press.x, clientY - press.y) > REST_PX) endPress();
}

function endPress(): void {
  clearTimeout(press?.timer);
  press = undefined;
}

/** Lifting the finger would click the row's link; WebKitGTK also sends a click for the right button. */
function suppressClickOfMenu(event: MouseEvent): void {
  if (!isClickSuppressed || event.detail === 0) return;
  isClickSuppressed = false;
  event.preventDefault();
  event.stopPropagation();
}

function isInStepList(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest("[data-step-key]") !== null;
}

function findMenuButton(target: EventTarget | null): HTMLElement | undefined {
  if (!(target instanceof Element) || isEventTargetInTextField(target)) return undefined;
  return target.closest(ROW)?.querySelector<HTMLElement>(MENU) ?? undefined;
}

function open(button: HTMLElement, x: number, y: number): void {
  // The key opens the menu on keydown, and `contextmenu` follows: a second click would close the menu.
  if (button.getAttribute("aria-expanded") !== "true") openMenuAt(button, { x, y });
}
