import { useMemo } from "react";
import { type OutlineStop, outlineDifference } from "#core/difference/outline-difference.ts";
import type { FlowDocument } from "#core/flow-document.ts";
import { isEnabled, stepType } from "#core/step.ts";
import { formatNumber } from "#client/ui/format-count.ts";
import { joinClasses } from "#client/ui/join-classes.ts";
import { useMediaQuery } from "#client/ui/use-media-query.ts";
import { drawHop, planLine } from "./draw-difference.ts";
import { drawTrack } from "./draw-track.ts";
import { familyColours } from "./family-colours.ts";

type DifferenceLineProps = {
  readonly before: FlowDocument;
  readonly after: FlowDocument;
  readonly className?: string;
};

const HEIGHT = 58;
const LINE = 34;
/** The marks under the stations stand on this. */
const FEET = 53;
const HOP_HEIGHT = 26;

/**
 * The line of a flow with what changed in it: a step that was moved hops over from where it stood, one that is new has a
 * plus and one that is gone a cross, and a dot says that a step says something else. Decorative: the words are below it.
 */
export function DifferenceLine({ before, after, className }: DifferenceLineProps) {
  const isPhone = useMediaQuery("(max-width: 479px)");
  const isNarrow = useMediaQuery("(max-width: 767px)");
  const room = isPhone ? 260 : isNarrow ? 400 : 560;
  const { marks, hops, rest, width } = useMemo(
    () => planLine(outlineDifference(before, after), room),
    [before, after, room],
  );
  if (marks.length === 0) return null;
  const track = marks.flatMap((mark) =>
    mark.type === "stop" && isThere(mark.stop)
      ? [{ x: mark.x, isBypassed: !isEnabled(mark.stop.node) }]
      : mark.type === "same"
        ? [{ x: mark.x, isBypassed: false }]
        : [],
  );
  return (
    <div aria-hidden="true" data-difference-line="" className={joinClasses("flex items-center", className)}>
      <svg
        width={width}
        height={HEIGHT}
        viewBox={`0 0 ${width} ${HEIGHT}`}
        fill="none"
        className="shrink-0 overflow-visible"
      >
        <path
          d={drawTrack(track, LINE, rest > 0 ? width : undefined)}
          strokeWidth="2"
          className="stroke-line-strong/75"
        />
        {hops.map(({ from, to }) => (
          <path
            key={`${from} ${to}`}
            d={drawHop(from, to, LINE - 7, HOP_HEIGHT)}
            strokeWidth="1.5"
            strokeDasharray="2 3"
            className="stroke-accent"
          />
        ))}
        {marks.map((mark) =>
          mark.type === "same" ? (
            <Same key={`x${mark.x}`} x={mark.x} count={mark.count} />
          ) : (
            <Station key={`x${mark.x}`} stop={mark.stop} x={mark.x} />
          ),
        )}
      </svg>
      {rest > 0 && <span className="ml-1 text-xs text-faint tabular-nums">+{formatNumber(rest)}</span>}
    </div>
  );
}

const isThere = ({ role }: OutlineStop) => role !== "gone" && role !== "left";

function Same({ x, count }: { readonly x: number; readonly count: number }) {
  const text = count > 999 ? "999+" : String(count);
  const half = 5 + text.length * 3;
  return (
    <>
      <rect
        x={x - half}
        y={LINE - 8}
        width={2 * half}
        height="16"
        rx="8"
        className="fill-surface stroke-line-strong/60"
      />
      <text
        x={x}
        y={LINE + 3.5}
        fontSize="10"
        textAnchor="middle"
        className="fill-faint stroke-none tabular-nums"
      >
        {text}
      </text>
    </>
  );
}

function Station({ stop, x }: { readonly stop: OutlineStop; readonly x: number }) {
  const { node, level, role, isEdited, isSwitched } = stop;
  const colours = familyColours(stepType(node));
  const radius = level > 0 ? 4 : 5.5;
  if (!isThere(stop)) {
    return (
      <>
        <circle
          cx={x}
          cy={LINE}
          r={radius - 0.5}
          strokeDasharray="2 2"
          className={joinClasses("fill-surface", role === "gone" ? "stroke-danger" : "stroke-accent")}
        />
        {role === "gone" && (
          <path
            d={`M${x - 3} ${FEET - 6}l6 6m0 -6l-6 6`}
            strokeWidth="1.5"
            strokeLinecap="round"
            className="stroke-danger"
          />
        )}
      </>
    );
  }
  const isOn = isEnabled(node);
  return (
    <>
      <circle
        cx={x}
        cy={LINE}
        r={isOn ? radius : radius - 1}
        strokeWidth={isOn ? 0 : 1.5}
        className={isOn ? colours.fill : joinClasses("fill-surface", colours.stroke)}
      />
      {role === "moved" && <circle cx={x} cy={LINE} r={radius + 2.5} className="stroke-accent" />}
      {role === "added" ? (
        <path
          d={`M${x - 3.5} ${FEET - 3}h7m-3.5 -3.5v7`}
          strokeWidth="1.5"
          strokeLinecap="round"
          className="stroke-success"
        />
      ) : isSwitched ? (
        <path
          d={`M${x - 3.5} ${FEET - 3}h7`}
          strokeWidth="3"
          strokeLinecap="round"
          className={isOn ? "stroke-success" : "stroke-line-strong"}
        />
      ) : (
        isEdited && <circle cx={x} cy={FEET - 3} r="2.5" className="fill-accent" />
      )}
    </>
  );
}
