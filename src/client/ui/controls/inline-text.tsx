import type { ReactNode } from "react";
import { formatShortcut, listShortcutKeyLabels } from "#client/ui/format/format-shortcut.ts";
import { formatRelativeTime } from "#client/ui/format/format-time.ts";
import { joinClasses } from "#client/ui/format/join-classes.ts";
import { useMinuteClock } from "#client/ui/format/minute-clock.ts";
import { getTooltipProps } from "#client/ui/overlays/tooltip.ts";

export function VisuallyHidden({ id, children }: { readonly id?: string; readonly children: ReactNode }) {
  return (
    <span id={id} className="sr-only">
      {children}
    </span>
  );
}

type KbdProps = { readonly shortcut: string; readonly tone?: "plain" | "inverse" };

export function KeyboardKey({ shortcut, tone = "plain" }: KbdProps) {
  return (
    <kbd className="inline-flex shrink-0 gap-0.5 font-sans text-xs">
      <VisuallyHidden>{formatShortcut(shortcut)}</VisuallyHidden>
      {listShortcutKeyLabels(shortcut).map((key) => (
        <span
          key={key}
          aria-hidden="true"
          className={joinClasses(
            "inline-grid h-4.5 min-w-4.5 place-items-center rounded-sm border px-1 leading-none",
            tone === "plain" ? "border-line bg-sunken text-muted" : "border-current/30",
          )}
        >
          {key}
        </span>
      ))}
    </kbd>
  );
}

type RelativeTimeProps = {
  readonly time: string;
  readonly className?: string;
};

/** Shows an ISO 8601 time relative to now; an invalid time unchanged. */
export function RelativeTime({ time, className }: RelativeTimeProps) {
  const now = useMinuteClock();
  const at = Date.parse(time);
  if (Number.isNaN(at)) return <span className={className}>{time}</span>;
  return (
    // The tooltip is the exact time.
    <time dateTime={time} className={className} {...getTooltipProps("")}>
      {formatRelativeTime(at, now)}
    </time>
  );
}

type CodeChipProps = {
  readonly text: string;
  /** Classes of the chip. Must include a `max-w` class: it replaces the default one, because two would conflict. */
  readonly className?: string;
};

export function CodeChip({ text, className = "max-w-full" }: CodeChipProps) {
  return (
    <code
      {...getTooltipProps(text, { whenTruncated: true })}
      className={joinClasses(
        "inline-block min-w-0 truncate rounded-sm border border-line bg-sunken px-1.5 align-middle font-mono text-xs leading-4.5 text-muted",
        className,
      )}
    >
      {text}
    </code>
  );
}
