/** What is to have the focus, and is about to be drawn. */
interface FocusWish {
  readonly find: () => HTMLElement | null | undefined;
  /** For lists that scroll by arithmetic of their own. */
  readonly preventScroll: boolean;
  /** A text that is to be typed over. */
  readonly select: boolean;
  /** Told once, when the element has the focus for the first time. */
  readonly onGiven: ((element: HTMLElement) => void) | undefined;
  /** What had the focus when the wish was made. */
  readonly before: Element | null;
  /** A key or a press came since. */
  hasPersonActed: boolean;
  /** What the focus was given to, until it is sure to stay there. */
  given: HTMLElement | undefined;
  framesLeft: number;
}

/** As long as a part of the page may take to come over a slow network, in frames. */
const PATIENCE = 300;

/** In frames: an edit that does not come from an event of the page is drawn a little later than it is made. */
const UNTIL_DRAWN = 2;

let current: FocusWish | undefined;

/**
 * Gives the focus to what is about to be drawn, as soon as it is there: before the next key or press where the event at
 * hand draws it. The newest wish is the only one. It is dropped once the person has acted and the focus is elsewhere by
 * that: what they chose last is theirs. What a program moves, such as the focus that a closing menu gives back, is no
 * such choice. Nothing under an open modal takes the focus: the wish waits for the modal to close.
 */
export function wishFocus(
  find: FocusWish["find"],
  {
    preventScroll = false,
    select = false,
    onGiven,
  }: Partial<Pick<FocusWish, "preventScroll" | "select" | "onGiven">> = {},
): void {
  dropFocusWish();
  const wish: FocusWish = {
    find,
    preventScroll,
    select,
    onGiven,
    before: document.activeElement,
    hasPersonActed: false,
    given: undefined,
    framesLeft: PATIENCE,
  };
  current = wish;
  addEventListener("keydown", noteAct, { capture: true });
  addEventListener("pointerdown", noteAct, { capture: true });
  // Behind the microtask in which React draws what the event at hand has changed.
  queueMicrotask(() => tryWish(wish));
}

/** Something is about to take the focus: whoever would give it back to where it was leaves that be. */
export function isFocusWished(): boolean {
  return current !== undefined && current.given === undefined;
}

function dropFocusWish(): void {
  current = undefined;
  removeEventListener("keydown", noteAct, { capture: true });
  removeEventListener("pointerdown", noteAct, { capture: true });
}

function noteAct(): void {
  if (current) current.hasPersonActed = true;
}

function tryWish(wish: FocusWish): void {
  if (current !== wish) return;
  const focused = document.activeElement;
  if (wish.hasPersonActed && isChosen(wish, focused)) return dropFocusWish();
  const isGiven = wish.given !== undefined && wish.given === focused;
  if (!isGiven) giveFocus(wish);
  if (wish.framesLeft <= 0) return dropFocusWish();
  wish.framesLeft -= 1;
  requestAnimationFrame(() => tryWish(wish));
}

function giveFocus(wish: FocusWish): void {
  const element = wish.find();
  // What lies under a modal is hidden from screen readers, and the modal would call the focus back at once.
  if (!element || element.closest("[aria-hidden=true]")) return;
  element.focus({ preventScroll: wish.preventScroll });
  if (document.activeElement !== element) return;
  if (wish.given === undefined) {
    if (wish.select && element instanceof HTMLInputElement) element.select();
    wish.onGiven?.(element);
  }
  wish.given = element;
  // It stays unless what has it is drawn anew, or something that closes calls the focus back.
  wish.framesLeft = Math.min(wish.framesLeft, UNTIL_DRAWN);
}

/** The person's choice, and not what is left of before the wish. */
function isChosen({ before, given }: FocusWish, focused: Element | null): boolean {
  if (focused === document.body || focused === null) return given?.isConnected === true;
  return focused !== before && focused !== given;
}
