import { useEffect, useRef, useState } from "react";
import { Kbd } from "./kbd.tsx";
import { placeTooltip } from "./place-tooltip.ts";

const openAfterMs = 450;
/** Time to travel from the control to its tooltip, which may be hovered and read (WCAG 1.4.13). */
const closeAfterMs = 120;

type Shown = { readonly target: HTMLElement; readonly text: string; readonly shortcut: string | undefined };

/**
 * Shows the tooltip of whatever element under the pointer or the focus carries `tooltip(…)`. Mounted once. It is a
 * popover, so it lies above dialogs without a portal, and is hidden from screen readers, which know the text already.
 */
export function TooltipLayer() {
  const layer = useRef<HTMLDivElement>(null);
  const [shown, setShown] = useState<Shown | null>(null);

  // One set of listeners on the document, instead of one on each of hundreds of controls.
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    let hovered: HTMLElement | null = null;
    let dismissed: HTMLElement | null = null;
    const later = (ms: number, run: () => void) => {
      clearTimeout(timer);
      timer = setTimeout(run, ms);
    };
    const close = () => {
      clearTimeout(timer);
      setShown(null);
    };
    const open = (target: HTMLElement) => setShown(readTooltip(target));

    const onPointerOver = (event: PointerEvent) => {
      if (event.pointerType === "touch") return;
      if (layer.current?.contains(event.target as Node)) return clearTimeout(timer);
      const target = findTarget(event.target);
      hovered = target;
      if (target !== dismissed) dismissed = null;
      if (target && target !== dismissed) later(openAfterMs, () => open(target));
      else later(closeAfterMs, close);
    };
    const onFocusIn = (event: FocusEvent) => {
      const target = findTarget(event.target);
      // Only keyboard focus: a pressed button would otherwise keep its tooltip under the menu that it opened.
      if (target?.matches(":focus-visible")) later(0, () => open(target));
    };
    const onPress = () => {
      // What was pressed under a resting pointer stays without its tooltip until the pointer leaves it.
      dismissed = hovered;
      close();
    };
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.key === "Escape" || event.key === "Enter" || event.key === " ") onPress();
    };
    document.addEventListener("pointerover", onPointerOver);
    document.addEventListener("pointerdown", onPress, true);
    document.addEventListener("keydown", onKeyDown, true);
    document.addEventListener("focusin", onFocusIn);
    document.addEventListener("focusout", close);
    document.addEventListener("scroll", close, true);
    return () => {
      clearTimeout(timer);
      document.removeEventListener("pointerover", onPointerOver);
      document.removeEventListener("pointerdown", onPress, true);
      document.removeEventListener("keydown", onKeyDown, true);
      document.removeEventListener("focusin", onFocusIn);
      document.removeEventListener("focusout", close);
      document.removeEventListener("scroll", close, true);
    };
  }, []);

  // The popover's place depends on the measured size of its text, so it is set after the text is in the page.
  useEffect(() => {
    const popover = layer.current;
    if (!popover || !shown?.target.isConnected) return;
    popover.showPopover();
    placeTooltip(popover, shown.target);
    return () => popover.hidePopover();
  }, [shown]);

  return (
    <div
      ref={layer}
      popover="manual"
      aria-hidden="true"
      // A press on it closes it, and must not take the focus from the control that it is about.
      onMouseDown={(event) => event.preventDefault()}
      className="pointer-events-auto fixed inset-auto m-0 w-max max-w-72 items-center gap-2 rounded-md bg-ink px-2 py-1 text-xs break-words whitespace-pre-line text-canvas [&:popover-open]:flex"
    >
      <span className="min-w-0">{shown?.text}</span>
      {shown?.shortcut && <Kbd shortcut={shown.shortcut} tone="inverse" />}
    </div>
  );
}

function findTarget(from: EventTarget | null): HTMLElement | null {
  return from instanceof Element ? from.closest<HTMLElement>("[data-tooltip]") : null;
}

function readTooltip(target: HTMLElement): Shown | null {
  const { tooltip: text, tooltipShortcut: shortcut, tooltipTruncated } = target.dataset;
  if (!text || (tooltipTruncated !== undefined && !isTruncated(target))) return null;
  return { target, text, shortcut };
}

/** The text that is cut may sit in a child, as in a button with an icon after it. */
function isTruncated(target: HTMLElement): boolean {
  return [target, ...target.querySelectorAll("*")].some(
    (part) => part.scrollWidth > part.clientWidth && part.clientWidth > 0,
  );
}
