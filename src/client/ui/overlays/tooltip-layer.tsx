import { useCallback, useEffect, useRef, useState } from "react";
import { KeyboardKey } from "#client/ui/controls/inline-text.tsx";
import { formatExactTime } from "#client/ui/format/format-time.ts";
import { joinClasses } from "#client/ui/format/join-classes.ts";
import { type TooltipContentRenderer, tooltipRenderers } from "./tooltip.ts";

const openAfterMs = 450;
/** Delay in which the pointer can move from an element to its tooltip, which must be hoverable (WCAG 1.4.13). */
const closeAfterMs = 120;

type Shown = {
  readonly target: HTMLElement;
  readonly text?: string;
  readonly shortcut?: string | undefined;
  readonly card?: TooltipContentRenderer;
};

/** Mount once. A popover, to be above dialogs. Hidden from screen readers, which read the text elsewhere. */
export function TooltipLayer() {
  const layer = useRef<HTMLDivElement>(null);
  const [shown, setShown] = useState<Shown | null>(null);
  const attach = useCallback((element: HTMLDivElement) => {
    layer.current = element;
    return watchTargets(element, setShown);
  }, []);

  useEffect(() => {
    const popover = layer.current;
    if (!popover || !shown?.target.isConnected) return;
    popover.showPopover();
    const { target } = shown;
    const place = () => placeTooltip(popover, target);
    place();
    // Follows a target with keyboard focus, since a submenu is placed only after its first entry has the focus.
    const stopWatching = watchPlace(target, () =>
      target.matches(":focus-visible") ? place() : setShown(null),
    );
    // Repositions the tooltip when its size changes, because the content of a card may be loaded later.
    const observer = new ResizeObserver(place);
    observer.observe(popover);
    return () => {
      observer.disconnect();
      stopWatching();
      popover.hidePopover();
    };
  }, [shown]);

  return (
    <div
      ref={attach}
      popover="manual"
      aria-hidden="true"
      // Prevents a press from moving the focus: a press on the tooltip only closes the tooltip.
      onMouseDown={(event) => event.preventDefault()}
      className={joinClasses(
        "pointer-events-auto fixed inset-auto m-0 w-max break-words forced-colors:border",
        shown?.card ? CARD_CLASSES : TEXT_CLASSES,
      )}
    >
      {shown?.card ? shown.card() : <span className="min-w-0">{shown?.text}</span>}
      {shown?.shortcut && <KeyboardKey shortcut={shown.shortcut} tone="inverse" />}
    </div>
  );
}

const CARD_CLASSES =
  "max-w-[min(20rem,calc(100vw-1rem))] rounded-lg bg-raised p-3 text-sm text-ink shadow-float";
const TEXT_CLASSES =
  "max-w-72 items-center gap-2 rounded-md bg-ink px-2 py-1 text-xs whitespace-pre-line text-canvas [&:popover-open]:flex";

function watchTargets(layer: HTMLElement, show: (shown: Shown | null) => void): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let hovered: HTMLElement | null = null;
  let dismissed: HTMLElement | null = null;
  let released: { readonly x: number; readonly y: number } | undefined;
  let isMovedByKey = false;
  let opened: HTMLElement | null = null;
  let tapped: { readonly opened: HTMLElement | null } | undefined;
  const later = (ms: number, run: () => void) => {
    clearTimeout(timer);
    timer = setTimeout(run, ms);
  };
  const close = () => {
    clearTimeout(timer);
    opened = null;
    show(null);
  };
  const open = (target: HTMLElement) => {
    opened = target;
    show(readTooltip(target));
  };

  const onPointerOver = (event: PointerEvent) => {
    if (event.pointerType === "touch") return;
    if (layer.contains(event.target as Node)) return clearTimeout(timer);
    const target = findTarget(event.target);
    hovered = target;
    if (target !== dismissed) dismissed = null;
    // The drop or click may have moved another element there, whose tooltip would cover the result.
    if (event.buttons !== 0 || (released && isNear(event, released))) dismissed = target;
    else released = undefined;
    if (target && target !== dismissed) later(openAfterMs, () => open(target));
    else later(closeAfterMs, close);
  };
  const onFocusIn = (event: FocusEvent) => {
    const target = findTarget(event.target);
    // A button pressed by the pointer would show its tooltip on the menu that it opened.
    if (target?.matches(":focus-visible") && !isMovedByKey) later(0, () => open(target));
    // A menu moves the focus to the hovered entry, and the blur of the previous entry has stopped the timer.
    else if (target && target === hovered && target !== dismissed) later(openAfterMs, () => open(target));
  };
  const dismiss = () => {
    dismissed = hovered;
    close();
  };
  const onPress = ({ pointerType }: PointerEvent) => {
    tapped = pointerType === "touch" ? { opened } : undefined;
    dismiss();
  };
  /** A tap toggles the card of an element, or the reason of a disabled one, because a finger cannot hover. */
  const onClick = (event: MouseEvent) => {
    const target = findTarget(event.target);
    if (!tapped || !target) return;
    if (!tooltipRenderers.has(target) && target.ariaDisabled !== "true") return;
    event.preventDefault();
    if (target !== tapped.opened) open(target);
  };
  const onRelease = ({ clientX, clientY }: PointerEvent) => {
    released = { x: clientX, y: clientY };
  };
  const onKeyDown = (event: KeyboardEvent) => {
    // After these keys, code moves the focus, for example to a dialog: show no tooltip.
    isMovedByKey = event.key === "Escape" || event.key === "Enter" || event.key === " ";
    if (isMovedByKey) dismiss();
  };
  const listeners = new AbortController();
  const { signal } = listeners;
  const early = { signal, capture: true };
  document.addEventListener("pointerover", onPointerOver, { signal });
  document.addEventListener("pointerdown", onPress, early);
  document.addEventListener("click", onClick, early);
  document.addEventListener("pointerup", onRelease, early);
  document.addEventListener("keydown", onKeyDown, early);
  document.addEventListener("focusin", onFocusIn, { signal });
  document.addEventListener("focusout", close, { signal });
  document.addEventListener("scroll", close, early);
  return () => {
    clearTimeout(timer);
    listeners.abort();
  };
}

const REST_PX = 6;

function isNear({ clientX, clientY }: PointerEvent, { x, y }: { readonly x: number; readonly y: number }) {
  return Math.abs(clientX - x) <= REST_PX && Math.abs(clientY - y) <= REST_PX;
}

function findTarget(from: EventTarget | null): HTMLElement | null {
  return from instanceof Element ? from.closest<HTMLElement>("[data-tooltip]") : null;
}

function readTooltip(target: HTMLElement): Shown | null {
  const card = tooltipRenderers.get(target);
  if (card) return { target, card };
  const { tooltip, tooltipShortcut: shortcut, tooltipTruncated } = target.dataset;
  // Formatted only now: a list has a hundred times.
  const text = tooltip || (target instanceof HTMLTimeElement && formatExactTime(Date.parse(target.dateTime)));
  if (!text || (tooltipTruncated !== undefined && !isTruncated(target))) return null;
  return { target, text, shortcut };
}

/** Polls the target's position while its tooltip is open: moving an element, such as a re-sorted row, fires no event. */
function watchPlace(target: HTMLElement, onMove: () => void): () => void {
  let { left, top } = target.getBoundingClientRect();
  let frame = requestAnimationFrame(function checkPosition() {
    frame = requestAnimationFrame(checkPosition);
    const box = target.getBoundingClientRect();
    if (target.isConnected && left === box.left && top === box.top) return;
    ({ left, top } = box);
    onMove();
  });
  return () => cancelAnimationFrame(frame);
}

function isTruncated(target: HTMLElement): boolean {
  return [target, ...target.querySelectorAll("*")].some(
    // A name of two lines is cut at its lower end; a few pixels are only the overhang of its letters.
    (part) =>
      part.clientWidth > 0 &&
      (part.scrollWidth > part.clientWidth || part.scrollHeight > part.clientHeight + 8),
  );
}

const gap = 6;
const margin = 8;

/** Places the tooltip below or above the element; the tooltip of a menu entry beside the menu, if there is room. */
function placeTooltip(floating: HTMLElement, anchor: HTMLElement) {
  const anchorBox = anchor.getBoundingClientRect();
  const { width, height } = floating.getBoundingClientRect();
  const below = anchorBox.bottom + gap;
  const fitsBelow = below + height + margin <= innerHeight;
  let top = fitsBelow ? below : anchorBox.top - gap - height;
  const centered = anchorBox.left + anchorBox.width / 2 - width / 2;
  let left = Math.max(margin, Math.min(centered, innerWidth - width - margin));
  const menu = anchor.closest("[role=menu]")?.getBoundingClientRect();
  if (menu) {
    const sides = [menu.right + gap, menu.left - gap - width];
    const beside = sides.find((side) => side >= margin && side + width + margin <= innerWidth);
    if (beside !== undefined) [left, top] = [beside, anchorBox.top + (anchorBox.height - height) / 2];
  }
  // Set through the style object: a style attribute would need 'unsafe-inline' in the content security policy.
  floating.style.top = `${Math.max(margin, top)}px`;
  floating.style.left = `${left}px`;
}
