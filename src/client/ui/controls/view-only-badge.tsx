import { getTooltipProps } from "#client/ui/overlays/tooltip.ts";
import { VisuallyHidden } from "./inline-text.tsx";

/** Shows that the user may not edit flows, with the reason. */
export function ViewOnlyBadge({ reason }: { readonly reason: string }) {
  return (
    <span
      {...getTooltipProps(reason)}
      className="inline-flex h-5 shrink-0 items-center rounded-full bg-sunken px-2 text-xs font-medium whitespace-nowrap text-muted"
    >
      View only<VisuallyHidden>. {reason}</VisuallyHidden>
    </span>
  );
}
