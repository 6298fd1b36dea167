import type { ReactNode } from "react";

type TooltipProps = {
  readonly "data-tooltip": string;
  readonly "data-tooltip-shortcut"?: string;
  readonly "data-tooltip-truncated"?: "";
};

/** Screen readers do not read tooltips, so the text must repeat the element's name or description. */
export function getTooltipProps(
  text: string,
  options: {
    readonly shortcut?: string;
    readonly whenTruncated?: boolean;
  } = {},
): TooltipProps {
  return {
    "data-tooltip": text,
    ...(options.shortcut && { "data-tooltip-shortcut": options.shortcut }),
    ...(options.whenTruncated && { "data-tooltip-truncated": "" }),
  };
}

/** Keeps the control focusable, with the reason as description. The caller ignores the control's events. */
export function getDisabledReasonProps(reason: string | undefined) {
  return reason === undefined
    ? {}
    : ({ "aria-disabled": true, "aria-description": reason, ...getTooltipProps(reason) } as const);
}

export type TooltipContentRenderer = () => ReactNode;

export const tooltipRenderers = new WeakMap<Element, TooltipContentRenderer>();

/** A tap opens it too, instead of activating the element. */
export function getRichTooltipProps(card: TooltipContentRenderer) {
  return {
    "data-tooltip": "",
    ref: (element: HTMLElement | null) => {
      if (element) tooltipRenderers.set(element, card);
    },
  };
}
