interface FocusRequest {
  readonly find: () => HTMLElement | null | undefined;
  readonly preventScroll: boolean;
  readonly select: boolean;
  readonly onFocused: ((element: HTMLElement) => void) | undefined;
  readonly before: Element | null;
  hasUserActed: boolean;
  /** The element that received the focus. A re-render may still replace the element. */
  given: HTMLElement | undefined;
  framesLeft: number;
}

/** Animation frames until the request is dropped: about five seconds, because lazy code may load slowly. */
const MAX_FRAMES = 300;

/** Animation frames in which a later render outside React's events may still replace the element. */
const FRAMES_AFTER_FOCUS = 2;

let current: FocusRequest | undefined;

/** Replaces an earlier request. Waits while a modal covers the element; ends if the user moves the focus. */
export function requestFocusWhenRendered(
  find: FocusRequest["find"],
  {
    preventScroll = false,
    select = false,
    onFocused,
  }: Partial<Pick<FocusRequest, "preventScroll" | "select" | "onFocused">> = {},
): void {
  cancelFocusRequest();
  const request: FocusRequest = {
    find,
    preventScroll,
    select,
    onFocused,
    before: document.activeElement,
    hasUserActed: false,
    given: undefined,
    framesLeft: MAX_FRAMES,
  };
  current = request;
  addEventListener("keydown", recordUserAction, { capture: true });
  addEventListener("pointerdown", recordUserAction, { capture: true });
  // Runs after the microtask in which React renders the updates of the current event.
  queueMicrotask(() => tryRequest(request));
}

/** Whether a request is pending. If so, a closing dialog or menu must not return the focus to its opener. */
export function isFocusRequested(): boolean {
  return current !== undefined && current.given === undefined;
}

function cancelFocusRequest(): void {
  current = undefined;
  removeEventListener("keydown", recordUserAction, { capture: true });
  removeEventListener("pointerdown", recordUserAction, { capture: true });
}

function recordUserAction(): void {
  if (current) current.hasUserActed = true;
}

function tryRequest(request: FocusRequest): void {
  if (current !== request) return;
  const focused = document.activeElement;
  if (request.hasUserActed && hasUserMovedFocus(request, focused)) return cancelFocusRequest();
  const isGiven = request.given !== undefined && request.given === focused;
  if (!isGiven) giveFocus(request);
  if (request.framesLeft <= 0) return cancelFocusRequest();
  request.framesLeft -= 1;
  requestAnimationFrame(() => tryRequest(request));
}

function giveFocus(request: FocusRequest): void {
  const element = request.find();
  // Waits while a modal hides the element, because the modal's focus trap would take the focus back.
  if (!element || element.closest("[aria-hidden=true]")) return;
  element.focus({ preventScroll: request.preventScroll });
  if (document.activeElement !== element) return;
  if (request.given === undefined) {
    if (request.select && element instanceof HTMLInputElement) element.select();
    request.onFocused?.(element);
  }
  request.given = element;
  request.framesLeft = Math.min(request.framesLeft, FRAMES_AFTER_FOCUS);
}

/** Whether the focus has left the requested element or, if that did not receive it yet, the element focused before. */
function hasUserMovedFocus({ before, given }: FocusRequest, focused: Element | null): boolean {
  if (focused === document.body || focused === null) return given?.isConnected === true;
  return focused !== (given ?? before);
}
