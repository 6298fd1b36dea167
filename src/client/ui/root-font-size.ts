/** Pixels of one rem: a reader's larger text needs larger rows. */
export function rootFontSize(): number {
  return parseFloat(getComputedStyle(document.documentElement).fontSize) || 16;
}
