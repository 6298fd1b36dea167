import { type TrackPaths, drawForkTrack, drawStepTrack } from "./draw-track.ts";
import { laneAt, trackWidth } from "./lanes.ts";

type TrackProps = {
  readonly height: number;
  readonly indent: number;
  readonly level: number;
  readonly closes: number;
};

/** The piece of the flow's tracks that passes through the row of a step. */
export function StepTrack({ enabled, ...row }: TrackProps & { readonly enabled: boolean }) {
  return <Track {...row} paths={drawStepTrack({ ...row, enabled })} />;
}

/** The piece in the head of a branch, where its track leaves that of the conditional. */
export function ForkTrack(row: TrackProps) {
  return <Track {...row} paths={drawForkTrack(row)} />;
}

function Track({ level, indent, height, paths }: TrackProps & { readonly paths: TrackPaths }) {
  return (
    <svg
      aria-hidden="true"
      width={trackWidth(level, indent)}
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

/** Where the line ends, half-way down the row of what adds to it. */
export function StepTrackEnd({ height }: { readonly height: number }) {
  return (
    <svg
      aria-hidden="true"
      width={trackWidth(0, 0)}
      height={height}
      fill="none"
      strokeWidth="2"
      strokeDasharray="2 4"
      className="pointer-events-none absolute inset-y-0 left-0 stroke-line-strong/55"
    >
      <path d={`M${laneAt(0, 0)} 0V${height / 2}`} />
    </svg>
  );
}
