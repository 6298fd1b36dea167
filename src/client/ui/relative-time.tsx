import { formatExactTime, formatRelativeTime } from "./format-time.ts";
import { useMinuteClock } from "./minute-clock.ts";
import { tooltip } from "./tooltip.ts";

type RelativeTimeProps = {
  /** An ISO 8601 time, as the API sends it. */
  readonly time: string;
  readonly className?: string;
};

/** How long ago, kept current; the exact local time on hover. A time that cannot be read is shown as it came. */
export function RelativeTime({ time, className }: RelativeTimeProps) {
  const now = useMinuteClock();
  const at = Date.parse(time);
  if (Number.isNaN(at)) return <span className={className}>{time}</span>;
  return (
    <time dateTime={time} className={className} {...tooltip(formatExactTime(at))}>
      {formatRelativeTime(at, now)}
    </time>
  );
}
