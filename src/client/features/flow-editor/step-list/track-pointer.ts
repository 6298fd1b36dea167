export interface PointerPosition {
  /** In the window, in CSS pixels. */
  readonly clientX: number;
  readonly clientY: number;
  /** Height inside the scroller's content, in CSS pixels. */
  readonly y: number;
}

/** How near to the scroller's edge the pointer makes it scroll, and how fast at most, in pixels and pixels a second. */
const EDGE = 72;
const TOP_SPEED = 1600;

/**
 * Follows the pointer of a gesture and tells where it is whenever either the pointer or the content under it moves; near
 * the upper and lower edge it scrolls the content, faster the further out. All of it happens once a frame. Returns what
 * ends it.
 */
export function trackPointer(
  start: Event,
  scroller: HTMLElement,
  onMove: (position: PointerPosition) => void,
): () => void {
  let at = readPoint(start) ?? { clientX: 0, clientY: 0 };
  const box = scroller.getBoundingClientRect();
  let frame = 0;
  let scrolledAt: number | undefined;
  const report = () => {
    const { clientX, clientY } = at;
    onMove({ clientX, clientY, y: clientY - box.top + scroller.scrollTop });
  };
  const tick = (now: number) => {
    frame = 0;
    const speed = edgeSpeed(at.clientY, box);
    const before = scroller.scrollTop;
    // A frame that came late scrolls no further than two would have: the list must not leap, nor the next be later still.
    if (speed !== 0) scroller.scrollTop += (speed * Math.min(34, now - (scrolledAt ?? now))) / 1000;
    const isScrolling = speed !== 0 && (scrolledAt === undefined || scroller.scrollTop !== before);
    scrolledAt = isScrolling ? now : undefined;
    report();
    if (isScrolling) schedule();
  };
  const schedule = () => {
    frame ||= requestAnimationFrame(tick);
  };
  const follow = (event: Event) => {
    at = readPoint(event) ?? at;
    schedule();
  };
  const moves = ["mousemove", "touchmove"] as const;
  for (const name of moves) document.addEventListener(name, follow, { passive: true });
  scroller.addEventListener("scroll", schedule, { passive: true });
  schedule();
  return () => {
    // The last move may have come in this very frame, with the release right behind it.
    if (frame) report();
    cancelAnimationFrame(frame);
    for (const name of moves) document.removeEventListener(name, follow);
    scroller.removeEventListener("scroll", schedule);
  };
}

/** Pixels a second, negative upwards; 0 away from the edges. */
function edgeSpeed(clientY: number, { top, bottom }: DOMRect): number {
  const edge = Math.min(EDGE, (bottom - top) / 4);
  const share = (distance: number) => Math.max(0, Math.min(1, 1 - distance / edge)) ** 2;
  return TOP_SPEED * (share(bottom - clientY) - share(clientY - top));
}

function readPoint(event: Event): { readonly clientX: number; readonly clientY: number } | undefined {
  if (event instanceof MouseEvent) return event;
  return typeof TouchEvent !== "undefined" && event instanceof TouchEvent ? event.touches[0] : undefined;
}
