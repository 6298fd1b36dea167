import { joinClasses } from "#client/ui/join-classes.ts";
import { familyColours } from "./family-colours.ts";
import { drawTrack } from "./draw-track.ts";

interface Station {
  readonly type: string;
  readonly enabled: boolean;
}

type FlowLineProps = {
  /** The first steps; there may be more. */
  readonly stations: readonly Station[];
  /** How many steps the flow has. */
  readonly total: number;
  /** How many fit. */
  readonly max?: number;
  readonly className?: string;
};

const PITCH = 16;
const RADIUS = 4;
const HEIGHT = 20;
const MIDDLE = 11.5;
/** The first station stands this far in, so that a bridge over it has room. */
const INSET = 7.5;

/**
 * A flow as its line, small enough for a row: a station a step in the family's colour; one that is off is hollow, and the
 * line bends around it. Decorative: the row says the number of steps in words.
 */
export function FlowLine({ stations, total, max = 13, className }: FlowLineProps) {
  const shown = stations.slice(0, max);
  const hidden = Math.max(0, total - shown.length);
  const x = (index: number) => INSET + index * PITCH;
  const width = x(shown.length - 1) + INSET + (hidden > 0 ? RADIUS : 0);
  return (
    <span aria-hidden="true" className={joinClasses("inline-flex items-center gap-1", className)}>
      {shown.length > 0 && (
        <svg width={width} height={HEIGHT} viewBox={`0 0 ${width} ${HEIGHT}`} className="shrink-0">
          <path
            d={drawTrack(
              shown.map(({ enabled }, index) => ({ x: x(index), isBypassed: !enabled })),
              MIDDLE,
              hidden > 0 ? width : undefined,
            )}
            className="fill-none stroke-line-strong/75"
            strokeWidth={1.5}
          />
          {shown.map(({ type, enabled }, index) => (
            <circle
              key={index}
              cx={x(index)}
              cy={MIDDLE}
              r={enabled ? RADIUS : RADIUS - 1}
              className={
                enabled ? familyColours(type).fill : joinClasses("fill-none", familyColours(type).stroke)
              }
              strokeWidth={enabled ? 0 : 1.25}
            />
          ))}
        </svg>
      )}
      {hidden > 0 && <span className="text-xs text-faint tabular-nums">+{hidden}</span>}
    </span>
  );
}
