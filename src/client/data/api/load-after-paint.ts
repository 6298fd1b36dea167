/** A busy processor shows a frame about that long after the callback of the frame. */
const PAINT_MS = 100;

let painted: Promise<void> | undefined;

/** Loads code or data once what is rendered now is on the screen, so that it does not come before that. */
export async function loadAfterPaint<Loaded>(load: () => Promise<Loaded>): Promise<Loaded> {
  painted ??= untilPainted();
  await painted;
  painted = undefined;
  return load();
}

/** A hidden page paints nothing. */
function untilPainted(): Promise<void> {
  return new Promise((resolve) => {
    if (typeof requestAnimationFrame !== "function" || document.hidden) return resolve();
    requestAnimationFrame(() => setTimeout(resolve, PAINT_MS));
  });
}
