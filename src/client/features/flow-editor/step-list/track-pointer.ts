/**
 * Follows the pointer of a gesture and tells its height inside the scroller's content, in CSS pixels, whenever either
 * the pointer or the content under it moves. dnd-kit reports moves of the dragged element only, which stands still
 * while the list scrolls by itself. Returns what ends it.
 */
export function trackPointer(
  start: Event,
  scroller: HTMLElement | null,
  onMove: (y: number) => void,
): () => void {
  if (!scroller) return () => undefined;
  let clientY = clientYOf(start) ?? 0;
  let frame = 0;
  const report = () => {
    frame = 0;
    onMove(clientY - scroller.getBoundingClientRect().top + scroller.scrollTop);
  };
  // At most once a frame: several events may come in one.
  const schedule = () => {
    frame ||= requestAnimationFrame(report);
  };
  const follow = (event: Event) => {
    clientY = clientYOf(event) ?? clientY;
    schedule();
  };
  const moves = ["mousemove", "touchmove"] as const;
  for (const name of moves) document.addEventListener(name, follow, { passive: true });
  scroller.addEventListener("scroll", schedule, { passive: true });
  schedule();
  return () => {
    // The last move may have come in this very frame, with the release right behind it.
    if (frame) {
      cancelAnimationFrame(frame);
      report();
    }
    for (const name of moves) document.removeEventListener(name, follow);
    scroller.removeEventListener("scroll", schedule);
  };
}

function clientYOf(event: Event): number | undefined {
  if (event instanceof MouseEvent) return event.clientY;
  if (typeof TouchEvent !== "undefined" && event instanceof TouchEvent) return event.touches[0]?.clientY;
  return undefined;
}
