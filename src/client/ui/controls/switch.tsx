import type { ComponentProps } from "react";
import { getDisabledReasonProps } from "#client/ui/overlays/tooltip.ts";
import { joinClasses } from "#client/ui/format/join-classes.ts";

export type SwitchProps = Omit<ComponentProps<"button">, "role" | "onChange" | "children"> & {
  readonly label: string;
  readonly checked: boolean;
  readonly onCheckedChange: (checked: boolean) => void;
  /** Turns the switch off for use, but leaves it focusable, so that users can read the reason. */
  readonly disabledReason?: string | undefined;
};

/** Radix's Switch adds a context, two components and a checkbox, which slow down a list with a switch in every row. */
export function Switch(props: SwitchProps) {
  const { label, checked, onCheckedChange, disabledReason, className, onClick, ...rest } = props;
  return (
    <button
      type="button"
      {...getDisabledReasonProps(disabledReason)}
      {...rest}
      role="switch"
      aria-checked={checked}
      aria-label={label}
      onClick={(event) => {
        onClick?.(event);
        if (!event.defaultPrevented && disabledReason === undefined) onCheckedChange(!checked);
      }}
      className={joinClasses(
        "group inline-grid h-6 w-9 shrink-0 place-items-center rounded-full aria-disabled:opacity-50 pointer-coarse:h-10 pointer-coarse:w-12",
        className,
      )}
    >
      <span
        className={joinClasses(
          "flex h-4 w-7 items-center rounded-full border px-0.5 group-hover:border-accent group-focus-visible:border-accent after:size-2.5 after:rounded-full",
          // No transform moves the knob: with another transform, the browser would composite the page anew.
          checked
            ? "justify-end border-accent bg-accent group-hover:bg-accent-hover forced-colors:bg-[Highlight]! after:bg-accent-ink forced-colors:after:bg-[HighlightText]"
            : "border-line-strong after:bg-line-strong group-hover:after:bg-accent group-focus-visible:after:bg-accent forced-colors:after:bg-[ButtonText]!",
        )}
      />
    </button>
  );
}
