type TooltipProps = {
  readonly "data-tooltip": string;
  readonly "data-tooltip-shortcut"?: string;
  readonly "data-tooltip-truncated"?: "";
};

/**
 * Props that give any focusable or hoverable element a tooltip: `<a {...tooltip("The whole name")}>`. One TooltipLayer
 * shows them all, so a tooltip costs a row nothing but an attribute. It repeats what the element's name or
 * description already says to screen readers; it is never the only copy.
 */
export function tooltip(
  text: string,
  options: {
    readonly shortcut?: string;
    /** Only when the element's own text is cut off. */
    readonly whenTruncated?: boolean;
  } = {},
): TooltipProps {
  return {
    "data-tooltip": text,
    ...(options.shortcut && { "data-tooltip-shortcut": options.shortcut }),
    ...(options.whenTruncated && { "data-tooltip-truncated": "" }),
  };
}
