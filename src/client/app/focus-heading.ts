const PATIENCE_MS = 10_000;

/**
 * After a change of page the focus goes to its heading, so that a screen reader says where it is and Tab starts there. That of a
 * page that is still loading goes with the loading: the one after it is waited for, unless the person has put the focus
 * somewhere meanwhile.
 */
export function focusHeading(root: HTMLElement): void {
  if (tryFocus(root)) return;
  const left = document.activeElement;
  const observer = new MutationObserver(() => {
    const hasMoved = document.activeElement !== left && document.activeElement !== document.body;
    if (hasMoved || tryFocus(root)) stop();
  });
  const timer = setTimeout(() => stop(), PATIENCE_MS);
  const stop = () => {
    observer.disconnect();
    clearTimeout(timer);
  };
  observer.observe(root, { childList: true, subtree: true });
}

/** The heading of a page that is hidden while the next one is loaded takes no focus, and is not the one. */
function tryFocus(root: HTMLElement): boolean {
  for (const heading of root.querySelectorAll<HTMLElement>("h1:not([aria-busy='true'] *)")) {
    if (!heading.hasAttribute("tabindex")) heading.tabIndex = -1;
    heading.focus({ preventScroll: true });
    if (document.activeElement === heading) return true;
  }
  return false;
}
