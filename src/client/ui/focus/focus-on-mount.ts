/** Ref callback: focuses an element that replaces an unmounted one, which had the focus. */
export function focusOnMount(element: HTMLElement | null): void {
  element?.focus();
}

/** Ref callback: runs when an option becomes the highlighted one. */
export function scrollIntoNearest(option: HTMLElement | null): void {
  option?.scrollIntoView({ block: "nearest" });
}
