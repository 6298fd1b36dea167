import { formatCount } from "#client/ui/format/format-count.ts";
import { joinClasses } from "#client/ui/format/join-classes.ts";
import { getTooltipProps } from "#client/ui/overlays/tooltip.ts";
import type { ScheduleDay } from "./describe-schedule.ts";

const BAR_WIDTH = 6;
const GAP = 3;
const HEIGHT = 20;
/** Height of a part of few runs in CSS pixels, so that it can be seen. */
const MIN_PART = 3;

type ScheduleSparklineProps = {
  /** The last seven days, oldest first. */
  readonly days: readonly ScheduleDay[];
  readonly className?: string;
};

/** A bar per day: failed runs at the bottom, in a frame and another color, the others above. */
export function ScheduleSparkline({ days, className }: ScheduleSparklineProps) {
  const most = Math.max(1, ...days.map(({ runs }) => runs));
  const text = describeDays(days);
  return (
    <svg
      role="img"
      aria-label={text}
      {...getTooltipProps(text)}
      width={days.length * (BAR_WIDTH + GAP) - GAP}
      height={HEIGHT}
      className={joinClasses("shrink-0 forced-colors:text-[CanvasText]", className)}
    >
      {days.map(({ date, runs, failed }, index) => {
        const x = index * (BAR_WIDTH + GAP);
        const bad = scalePart(failed, most);
        const good = Math.min(HEIGHT - bad, scalePart(runs - failed, most));
        if (runs === 0)
          return (
            <rect key={date} x={x} y={HEIGHT - 1} width={BAR_WIDTH} height="1" className="fill-line-strong" />
          );
        return (
          <g key={date}>
            <rect
              x={x}
              y={HEIGHT - bad - good}
              width={BAR_WIDTH}
              height={good}
              className="fill-success/75 forced-colors:fill-[CanvasText]"
            />
            {bad > 0 && (
              <rect
                x={x + 0.75}
                y={HEIGHT - bad + 0.75}
                width={BAR_WIDTH - 1.5}
                height={Math.max(1.5, bad - 1.5)}
                strokeWidth="1.5"
                className="fill-danger-soft stroke-danger"
              />
            )}
          </g>
        );
      })}
    </svg>
  );
}

function scalePart(count: number, most: number): number {
  return count <= 0 ? 0 : Math.max(MIN_PART, Math.round((count / most) * HEIGHT));
}

function describeDays(days: readonly ScheduleDay[]): string {
  const runs = days.reduce((sum, day) => sum + day.runs, 0);
  const failed = days.reduce((sum, day) => sum + day.failed, 0);
  if (runs === 0) return "No runs in 7 days";
  return `${formatCount(runs, "run")} in 7 days, ${failed === 0 ? "none" : failed} failed`;
}
