import { type ComponentProps, useId } from "react";
import { ariaShortcut } from "./format-shortcut.ts";
import type { Icon } from "./icon.ts";
import { joinClasses } from "./join-classes.ts";
import { tooltip } from "./tooltip.ts";
import { VisuallyHidden } from "./visually-hidden.tsx";

export type IconButtonProps = Omit<ComponentProps<"button">, "children" | "disabled"> & {
  readonly label: string;
  readonly icon: Icon;
  /** As in `Mod+Z`. Only shown and announced; whoever owns the action listens for it. */
  readonly shortcut?: string;
  readonly size?: "sm" | "md";
  /** Why the button cannot be pressed now; it takes the label's place in the tooltip. */
  readonly disabledReason?: string | undefined;
};

/** A button without visible words: its label is its accessible name and its tooltip. */
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
      {...tooltip(disabledReason ?? label, blocked || !shortcut ? {} : { shortcut })}
      {...rest}
      aria-label={label}
      aria-describedby={blocked ? reasonId : rest["aria-describedby"]}
      aria-disabled={blocked || undefined}
      aria-keyshortcuts={shortcut && ariaShortcut(shortcut)}
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
