import { type ReactNode, memo } from "react";
import { computeNestingLineXPx, computeRowConnectorAreaWidthPx } from "./row-geometry.ts";

type TrackProps = {
  readonly height: number;
  readonly indent: number;
  readonly level: number;
  readonly closes: number;
};

type StepRowConnectorProps = TrackProps & { readonly enabled: boolean };

export const StepRowConnector = memo(function StepRowConnector({ enabled, ...row }: StepRowConnectorProps) {
  return <Track {...row} paths={drawStepTrack({ ...row, enabled })} />;
});

export function BranchRowConnector(row: TrackProps) {
  return <Track {...row} paths={drawForkTrack(row)} />;
}

function Track({ level, indent, height, paths }: TrackProps & { readonly paths: TrackPaths }) {
  return (
    <svg
      aria-hidden="true"
      width={computeRowConnectorAreaWidthPx(level, indent)}
      height={height}
      fill="none"
      className="pointer-events-none absolute inset-y-0 left-0"
    >
      {paths.aside !== "" && (
        <path d={paths.aside} strokeWidth="1.25" strokeDasharray="2 3" className="stroke-line-strong/60" />
      )}
      <path d={paths.line} strokeWidth="2" strokeLinecap="round" className="stroke-line-strong/55" />
    </svg>
  );
}

/** The “Start” label above the first step, from which the line begins. */
export function FlowStartMarker({ height }: { readonly height: number }) {
  const x = computeNestingLineXPx(0, 0);
  const y = CAP_HEIGHT_PX / 2;
  return (
    <div style={{ paddingTop: height - CAP_HEIGHT_PX }}>
      <Cap label="Start">
        <path d={`M${x} ${y}V${CAP_HEIGHT_PX}`} strokeWidth="2" className="stroke-line-strong/55" />
        <circle cx={x} cy={y} r="4" className="fill-line-strong" />
      </Cap>
    </div>
  );
}

/** The line through the “Add step” row. */
export function AddStepRowConnector({ height }: { readonly height: number }) {
  return (
    <svg
      aria-hidden="true"
      width={computeRowConnectorAreaWidthPx(0, 0)}
      height={height}
      fill="none"
      strokeWidth="2"
      strokeDasharray="2 4"
      className="pointer-events-none absolute inset-y-0 left-0 stroke-line-strong/55"
    >
      <path d={`M${computeNestingLineXPx(0, 0)} 0V${height}`} />
    </svg>
  );
}

export function FlowEndMarker() {
  const x = computeNestingLineXPx(0, 0);
  return (
    <Cap label="End">
      <rect x={x - 4} y={CAP_HEIGHT_PX / 2 - 4} width="8" height="8" rx="1.5" className="fill-line-strong" />
    </Cap>
  );
}

const CAP_HEIGHT_PX = 16;

type CapProps = { readonly label: string; readonly children: ReactNode };

function Cap({ label, children }: CapProps) {
  const width = computeRowConnectorAreaWidthPx(0, 0);
  return (
    <div aria-hidden="true" className="pointer-events-none relative">
      <svg width={width} height={CAP_HEIGHT_PX} fill="none" className="block">
        {children}
      </svg>
      <span
        className="absolute inset-y-0 flex items-center text-[0.6875rem] leading-none text-faint"
        style={{ left: width }}
      >
        {label}
      </span>
    </div>
  );
}

/** The largest horizontal distance, in CSS pixels, by which the line bypasses a disabled step. */
const BEND = 23;

interface TrackRow {
  readonly level: number;
  readonly closes: number;
  readonly indent: number;
  readonly height: number;
}

interface TrackPaths {
  /** The SVG path of the line that the run of the flow follows. */
  readonly line: string;
  /** The SVG path of lines that the run does not follow: past a branch, and through a disabled step. */
  readonly aside: string;
}

function drawStepTrack(row: TrackRow & { readonly enabled: boolean }): TrackPaths {
  const { level, closes, indent, height, enabled } = row;
  const lane = computeNestingLineXPx(level, indent);
  const middle = height / 2;
  const x = enabled ? lane : lane - Math.min(BEND, indent + 1);
  const entry = enabled ? `M${lane} 0V${middle}` : `M${lane} 0${sCurve(lane, 0, x, middle)}`;
  const exit =
    closes > 0
      ? sCurve(x, middle, computeNestingLineXPx(level - closes, indent), height)
      : enabled
        ? `V${height}`
        : sCurve(x, middle, lane, height);
  const through = enabled ? "" : `M${lane} 0V${closes > 0 ? middle : height}`;
  return { line: entry + exit, aside: drawOuterLines(row, level - 1) + through };
}

/** If the branch is empty, the line curves back within the same row. */
function drawForkTrack(row: TrackRow): TrackPaths {
  const { level, closes, indent, height } = row;
  const [from, lane, middle] = [
    computeNestingLineXPx(level - 1, indent),
    computeNestingLineXPx(level, indent),
    height / 2,
  ];
  const fork = `M${from} 0${sCurve(from, 0, lane, middle)}`;
  const exit =
    closes > 0 ? sCurve(lane, middle, computeNestingLineXPx(level - closes, indent), height) : `V${height}`;
  return { line: fork + exit, aside: drawOuterLines(row, level - 1) };
}

/** Cuts the line of a list that ends in this row, above the curve that returns to the outer level. */
function drawOuterLines({ level, closes, indent, height }: TrackRow, last: number): string {
  let path = "";
  for (let outer = 0; outer <= last; outer += 1) {
    const share = closes > 0 ? (level - outer) / closes : 1;
    const end = share < 1 ? height * (0.5 + 0.5 * share) : height;
    path += `M${computeNestingLineXPx(outer, indent)} 0V${end}`;
  }
  return path;
}

/** Returns the SVG path of an S-curve between two vertical lines, vertical at both ends. */
function sCurve(fromX: number, fromY: number, toX: number, toY: number): string {
  const half = (fromY + toY) / 2;
  return `C${fromX} ${half} ${toX} ${half} ${toX} ${toY}`;
}
