import { Eye } from "lucide-react";
import { VisuallyHidden } from "#client/ui/controls/inline-text.tsx";
import { joinClasses } from "#client/ui/format/join-classes.ts";
import { getTooltipProps } from "#client/ui/overlays/tooltip.ts";

type ViewOnlyBadgeProps = { readonly reason: string | undefined; readonly className?: string };

/** Shows that the user may not edit flows; nothing if they may. */
export function ViewOnlyBadge({ reason, className }: ViewOnlyBadgeProps) {
  return (
    reason !== undefined && (
      <span
        {...getTooltipProps(reason)}
        className={joinClasses(
          "inline-flex h-5 shrink-0 items-center gap-1.5 rounded-full bg-sunken px-2 text-xs font-medium whitespace-nowrap text-muted",
          className,
        )}
      >
        <Eye className="size-3.5" />
        View only<VisuallyHidden>. {reason}</VisuallyHidden>
      </span>
    )
  );
}
