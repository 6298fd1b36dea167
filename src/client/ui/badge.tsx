import type { ReactNode } from "react";
import type { Icon } from "./icon.ts";
import { joinClasses } from "./join-classes.ts";

type BadgeTone = "neutral" | "accent" | "success" | "warning" | "danger";

type BadgeProps = {
  readonly tone?: BadgeTone;
  /** A shape that says the same as the colour. */
  readonly icon?: Icon;
  readonly children: ReactNode;
  readonly className?: string;
};

/** A short state in a word or two. */
export function Badge({ tone = "neutral", icon: Drawing, children, className }: BadgeProps) {
  return (
    <span
      className={joinClasses(
        "inline-flex h-5 max-w-full shrink-0 items-center gap-1 rounded-full px-2 text-xs font-medium whitespace-nowrap",
        tones[tone],
        className,
      )}
    >
      {Drawing && <Drawing className="-ml-0.5 size-3 shrink-0" />}
      <span className="truncate">{children}</span>
    </span>
  );
}

const tones: Readonly<Record<BadgeTone, string>> = {
  neutral: "bg-sunken text-muted ring-1 ring-line ring-inset",
  accent: "bg-accent-soft text-accent",
  success: "bg-success-soft text-success",
  warning: "bg-warning-soft text-warning",
  danger: "bg-danger-soft text-danger",
};
