import { useMemo } from "react";
import { type DifferenceOutlineEntry, createDifferenceOutline } from "#core/difference/outline-difference.ts";
import type { FlowDocument } from "#core/document/flow-document.ts";
import { isStepEnabled, getStepType } from "#core/document/step.ts";
import { formatNumber } from "#client/ui/format/format-count.ts";
import { joinClasses } from "#client/ui/format/join-classes.ts";
import { MIN_WIDTH_XS, MIN_WIDTH_MD, useMediaQuery } from "#client/ui/hooks/use-media-query.ts";
import { buildFlowPreviewLineSvgPath, getStepTypeStrokeClasses } from "./flow-line.tsx";

type FlowDifferenceDiagramProps = {
  readonly before: FlowDocument;
  readonly after: FlowDocument;
  readonly className?: string;
};

const HEIGHT = 58;
const LINE_Y = 34;
/** Y coordinate of the signs (plus, cross or dot) below the steps' nodes. */
const SIGN_Y = 53;
const HOP_HEIGHT = 26;

/** Decorative: the list of changes has the same content. */
export function FlowDifferenceDiagram({ before, after, className }: FlowDifferenceDiagramProps) {
  const isPhone = !useMediaQuery(MIN_WIDTH_XS);
  const isNarrow = !useMediaQuery(MIN_WIDTH_MD);
  const room = isPhone ? 260 : isNarrow ? 400 : 560;
  const { marks, hops, rest, width } = useMemo(
    () => layOutFlowDifferenceDiagram(createDifferenceOutline(before, after), room),
    [before, after, room],
  );
  if (marks.length === 0) return null;
  const track = marks.flatMap((mark) =>
    mark.type === "stop" && isPresent(mark.stop)
      ? [{ x: mark.x, isBypassed: !isStepEnabled(mark.stop.node) }]
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
          d={buildFlowPreviewLineSvgPath(track, LINE_Y, rest > 0 ? width : undefined)}
          strokeWidth="2"
          className="stroke-line-strong/75"
        />
        {hops.map(({ from, to }) => (
          <path
            key={`${from} ${to}`}
            d={drawHop(from, to, LINE_Y - 7, HOP_HEIGHT)}
            strokeWidth="1.5"
            strokeDasharray="2 3"
            className="stroke-accent"
          />
        ))}
        {marks.map((mark) =>
          mark.type === "same" ? (
            <UnchangedCount key={`x${mark.x}`} x={mark.x} count={mark.count} />
          ) : (
            <FlowNode key={`x${mark.x}`} stop={mark.stop} x={mark.x} />
          ),
        )}
      </svg>
      {rest > 0 && <span className="ml-1 text-xs text-faint tabular-nums">+{formatNumber(rest)}</span>}
    </div>
  );
}

const isPresent = ({ role }: DifferenceOutlineEntry) => role !== "gone" && role !== "left";

function UnchangedCount({ x, count }: { readonly x: number; readonly count: number }) {
  const text = count > 999 ? "999+" : String(count);
  const half = 5 + text.length * 3;
  return (
    <>
      <rect
        x={x - half}
        y={LINE_Y - 8}
        width={2 * half}
        height="16"
        rx="8"
        className="fill-surface stroke-line-strong/60"
      />
      <text
        x={x}
        y={LINE_Y + 3.5}
        fontSize="10"
        textAnchor="middle"
        className="fill-faint stroke-none tabular-nums"
      >
        {text}
      </text>
    </>
  );
}

function FlowNode({ stop, x }: { readonly stop: DifferenceOutlineEntry; readonly x: number }) {
  const { node, level, role, isEdited, isSwitched } = stop;
  const colors = getStepTypeStrokeClasses(getStepType(node));
  const radius = level > 0 ? 4 : 5.5;
  if (!isPresent(stop)) {
    return (
      <>
        <circle
          cx={x}
          cy={LINE_Y}
          r={radius - 0.5}
          strokeDasharray="2 2"
          className={joinClasses("fill-surface", role === "gone" ? "stroke-danger" : "stroke-accent")}
        />
        {role === "gone" && (
          <path
            d={`M${x - 3} ${SIGN_Y - 6}l6 6m0 -6l-6 6`}
            strokeWidth="1.5"
            strokeLinecap="round"
            className="stroke-danger"
          />
        )}
      </>
    );
  }
  const isOn = isStepEnabled(node);
  const switchedColor = isOn ? "stroke-success" : "stroke-line-strong";
  return (
    <>
      <circle
        cx={x}
        cy={LINE_Y}
        r={isOn ? radius : radius - 1}
        strokeWidth={isOn ? 0 : 1.5}
        className={isOn ? colors.fill : joinClasses("fill-surface", colors.stroke)}
      />
      {role === "moved" && <circle cx={x} cy={LINE_Y} r={radius + 2.5} className="stroke-accent" />}
      {role === "added" ? (
        <path
          d={`M${x - 3.5} ${SIGN_Y - 3}h7m-3.5 -3.5v7`}
          strokeWidth="1.5"
          strokeLinecap="round"
          className="stroke-success"
        />
      ) : isSwitched ? (
        <path
          d={`M${x - 3.5} ${SIGN_Y - 3}h7`}
          strokeWidth="3"
          strokeLinecap="round"
          className={switchedColor}
        />
      ) : (
        isEdited && <circle cx={x} cy={SIGN_Y - 3} r="2.5" className="fill-accent" />
      )}
    </>
  );
}

type LineMark =
  | { readonly type: "stop"; readonly stop: DifferenceOutlineEntry; readonly x: number }
  | { readonly type: "same"; readonly count: number; readonly x: number };

interface LinePlan {
  readonly marks: readonly LineMark[];
  readonly hops: readonly { readonly from: number; readonly to: number }[];
  readonly rest: number;
  readonly width: number;
}

const INSET = 12;
const PITCH = 20;
const SAME_WIDTH = 34;
/** Fewer unchanged nodes are drawn, since their count is hardly narrower. */
const FEWEST_SAME = 4;

export function layOutFlowDifferenceDiagram(
  stops: readonly DifferenceOutlineEntry[],
  room: number,
): LinePlan {
  const marks: LineMark[] = [];
  let x = INSET;
  let rest = 0;
  for (const run of groupRuns(stops)) {
    const width = run.isSame ? SAME_WIDTH : run.stops.length * PITCH;
    if (rest > 0 || (x + width > room && marks.length > 0)) {
      rest += run.stops.length;
      continue;
    }
    if (run.isSame) {
      marks.push({ type: "same", count: run.stops.length, x: x + SAME_WIDTH / 2 - PITCH / 2 });
    } else {
      run.stops.forEach((stop, index) => marks.push({ type: "stop", stop, x: x + index * PITCH }));
    }
    x += width;
  }
  return { marks, hops: findHops(marks), rest, width: x - PITCH + INSET };
}

interface Run {
  readonly isSame: boolean;
  readonly stops: readonly DifferenceOutlineEntry[];
}

/** Groups each long run of unchanged nodes, to draw the run as a count; every other node forms its own group. */
function groupRuns(stops: readonly DifferenceOutlineEntry[]): readonly Run[] {
  const runs: Run[] = [];
  let same: DifferenceOutlineEntry[] = [];
  const close = () => {
    if (same.length >= FEWEST_SAME) runs.push({ isSame: true, stops: same });
    else for (const stop of same) runs.push({ isSame: false, stops: [stop] });
    same = [];
  };
  for (const stop of stops) {
    if (stop.role === "stays" && !stop.isEdited && !stop.isSwitched) same.push(stop);
    else {
      close();
      runs.push({ isSame: false, stops: [stop] });
    }
  }
  close();
  return runs;
}

function findHops(marks: readonly LineMark[]): LinePlan["hops"] {
  const left = new Map<string, number>();
  const moved = new Map<string, number>();
  for (const mark of marks) {
    if (mark.type !== "stop") continue;
    if (mark.stop.role === "left") left.set(mark.stop.key, mark.x);
    else if (mark.stop.role === "moved") moved.set(mark.stop.key, mark.x);
  }
  return [...moved].flatMap(([key, to]) => {
    const from = left.get(key);
    return from === undefined ? [] : [{ from, to }];
  });
}

/** Returns the SVG path of an arc whose height grows with its length, up to `height` pixels above `y`. */
function drawHop(from: number, to: number, y: number, height: number): string {
  const top = y - Math.min(height, 8 + Math.abs(to - from) / 6);
  return `M${from} ${y}C${from} ${top} ${to} ${top} ${to} ${y}`;
}
