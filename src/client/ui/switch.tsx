import type { ComponentProps } from "react";
import { joinClasses } from "./join-classes.ts";

export type SwitchProps = Omit<ComponentProps<"button">, "role" | "onChange" | "children"> & {
  readonly label: string;
  readonly checked: boolean;
  readonly onCheckedChange: (checked: boolean) => void;
};

/**
 * A plain button with the switch role. Radix's adds a context, two components and a hidden checkbox to each; with one
 * switch a row that shows in the time a toggle takes to paint.
 */
export function Switch({ label, checked, onCheckedChange, className, onClick, ...rest }: SwitchProps) {
  return (
    <button
      type="button"
      {...rest}
      role="switch"
      aria-checked={checked}
      aria-label={label}
      onClick={(event) => {
        onClick?.(event);
        if (!event.defaultPrevented) onCheckedChange(!checked);
      }}
      className={joinClasses(
        // The drawn track is smaller than the target, which is the whole button.
        "group inline-grid h-6 w-9 shrink-0 place-items-center rounded-full disabled:opacity-50 pointer-coarse:h-10 pointer-coarse:w-12",
        className,
      )}
    >
      <span
        className={joinClasses(
          "flex h-4.5 w-8 items-center justify-end rounded-full border px-0.5",
          checked
            ? "border-accent bg-accent group-hover:bg-accent-hover forced-colors:bg-[Highlight]"
            : "border-line-strong bg-sunken group-hover:bg-hover",
        )}
      >
        {/* Most switches are on: that is where it rests without being shifted. */}
        <span
          className={joinClasses(
            "size-3 rounded-full transition-transform",
            checked
              ? "bg-accent-ink forced-colors:bg-[HighlightText]"
              : "-translate-x-[0.875rem] bg-line-strong forced-colors:bg-[ButtonText]",
          )}
        />
      </span>
    </button>
  );
}
