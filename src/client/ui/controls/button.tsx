import { LoaderCircle } from "lucide-react";
import { type ComponentProps, type ComponentType, type MouseEvent, type ReactNode, useId } from "react";
import { joinClasses } from "#client/ui/format/join-classes.ts";
import { getTooltipProps } from "#client/ui/overlays/tooltip.ts";

/** A decorative icon, such as Lucide's, sized by its class and colored by `currentColor`. */
export type IconComponent = ComponentType<{ className?: string }>;

export type ButtonVariant = "primary" | "secondary" | "ghost" | "danger";

export type ButtonProps = Omit<ComponentProps<"button">, "disabled"> & {
  readonly variant?: ButtonVariant;
  readonly size?: "sm" | "md";
  readonly icon?: IconComponent;
  /** Shows a spinner and ignores presses; the button keeps its name, width and focus. */
  readonly busy?: boolean;
  /** Disables the button, which stays focusable, so that users can read the reason. */
  readonly disabledReason?: string | undefined;
  readonly children: ReactNode;
};

export function Button({
  variant = "secondary",
  size = "md",
  icon: IconDrawing,
  busy = false,
  disabledReason,
  className,
  onClick,
  children,
  ...rest
}: ButtonProps) {
  const reasonId = useId();
  const blocked = busy || disabledReason !== undefined;

  const press = (event: MouseEvent<HTMLButtonElement>) => {
    // Cancels the event, because `aria-disabled` prevents neither the click nor the form submission.
    if (blocked) event.preventDefault();
    else onClick?.(event);
  };

  return (
    <button
      type="button"
      {...(disabledReason !== undefined && getTooltipProps(disabledReason))}
      {...rest}
      aria-busy={busy || undefined}
      aria-disabled={blocked || undefined}
      aria-describedby={disabledReason === undefined ? rest["aria-describedby"] : reasonId}
      onClick={press}
      className={joinClasses(
        "relative inline-flex shrink-0 items-center justify-center gap-1.5 rounded-md font-medium whitespace-nowrap select-none",
        size === "sm" ? "h-7 px-2 text-sm" : "h-8 px-3 text-sm",
        "pointer-coarse:h-10",
        buttonColorClasses[variant],
        disabledReason !== undefined && "opacity-55",
        className,
      )}
    >
      <span className={joinClasses("inline-flex items-center gap-1.5", busy && "opacity-0")}>
        {IconDrawing && <IconDrawing className="-ml-0.5 size-4 shrink-0" />}
        {children}
      </span>
      {busy && (
        <span className="absolute inset-0 grid place-items-center">
          <LoaderCircle className="size-4 animate-spin" />
        </span>
      )}
      {/* `hidden` keeps the reason out of the button's name, but `aria-describedby` can still refer to it. */}
      {disabledReason !== undefined && (
        <span id={reasonId} hidden>
          {disabledReason}
        </span>
      )}
    </button>
  );
}

export const buttonColorClasses: Readonly<Record<ButtonVariant, string>> = {
  primary: "bg-accent forced-colors:border text-accent-ink not-aria-disabled:hover:bg-accent-hover",
  secondary: "border border-line bg-surface text-ink not-aria-disabled:hover:bg-hover",
  ghost:
    "text-muted not-aria-disabled:hover:bg-hover not-aria-disabled:hover:text-ink aria-expanded:bg-hover",
  danger: "bg-danger forced-colors:border text-accent-ink not-aria-disabled:hover:bg-danger-hover",
};
