const gap = 6;
const margin = 8;

/** Puts a fixed element below its anchor, or above when there is no room, and always inside the window. */
export function placeTooltip(floating: HTMLElement, anchor: HTMLElement) {
  const around = anchor.getBoundingClientRect();
  const { width, height } = floating.getBoundingClientRect();
  const below = around.bottom + gap;
  const fitsBelow = below + height + margin <= innerHeight;
  const top = fitsBelow ? below : around.top - gap - height;
  const centred = around.left + around.width / 2 - width / 2;
  const left = Math.max(margin, Math.min(centred, innerWidth - width - margin));
  // Set through the style object: a style attribute would need 'unsafe-inline' in the content security policy.
  floating.style.top = `${Math.max(margin, top)}px`;
  floating.style.left = `${left}px`;
}
