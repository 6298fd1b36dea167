import { type ComponentProps, useId } from "react";
import { toAriaShortcut } from "#client/ui/format/format-shortcut.ts";
import type { IconComponent } from "./button.tsx";
import { joinClasses } from "#client/ui/format/join-classes.ts";
import { getTooltipProps } from "#client/ui/overlays/tooltip.ts";
import { VisuallyHidden } from "./inline-text.tsx";

export type IconButtonProps = Omit<ComponentProps<"button">, "children" | "disabled"> & {
  readonly label: string;
  readonly icon: IconComponent;
  /** Keyboard shortcut, for example `Mod+Z`. Only shown and announced: the caller handles the key. */
  readonly shortcut?: string;
  readonly size?: "sm" | "md";
  readonly disabledReason?: string | undefined;
};

export function IconButton({
  label,
  icon: IconDrawing,
  shortcut,
  size = "md",
  disabledReason,
  className,
  onClick,
  ...rest
}: IconButtonProps) {
  const reasonId = useId();
  const blocked = disabledReason !== undefined;
  return (
    <button
      type="button"
      {...getTooltipProps(disabledReason ?? label, blocked || !shortcut ? {} : { shortcut })}
      {...rest}
      aria-label={label}
      aria-describedby={blocked ? reasonId : rest["aria-describedby"]}
      aria-disabled={blocked || undefined}
      aria-keyshortcuts={shortcut && toAriaShortcut(shortcut)}
      onClick={blocked ? (event) => event.preventDefault() : onClick}
      className={joinClasses(
        "inline-grid shrink-0 place-items-center rounded-md text-muted",
        "not-aria-disabled:hover:bg-hover not-aria-disabled:hover:text-ink aria-expanded:bg-hover aria-expanded:text-ink aria-pressed:bg-accent-soft aria-pressed:text-accent",
        size === "sm" ? "size-7" : "size-8",
        "pointer-coarse:size-10",
        blocked && "opacity-50",
        className,
      )}
    >
      <IconDrawing className="size-4" />
      {blocked && <VisuallyHidden id={reasonId}>{disabledReason}</VisuallyHidden>}
    </button>
  );
}
