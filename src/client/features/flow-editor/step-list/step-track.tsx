type StepTrackProps = { readonly height: number; readonly enabled: boolean };

/** Where the line runs, in pixels from the left of the row, and how far it bends around a step that is off. */
const CENTRE = 32;
const BEND = 9;
export const TRACK_WIDTH = 52;

/**
 * The piece of the flow's line that passes through one row: straight through a step that is on, around one that is off,
 * with the way not taken dashed through it.
 */
export function StepTrack({ height, enabled }: StepTrackProps) {
  const middle = height / 2;
  const bypass = `M${CENTRE} 0C${CENTRE} ${middle * 0.55} ${BEND} ${middle * 0.25} ${BEND} ${middle}S${CENTRE} ${height - middle * 0.55} ${CENTRE} ${height}`;
  return (
    <svg
      aria-hidden="true"
      width={TRACK_WIDTH}
      height={height}
      fill="none"
      strokeWidth="2"
      className="pointer-events-none absolute inset-y-0 left-0 stroke-line-strong/55"
    >
      {enabled ? (
        <path d={`M${CENTRE} 0V${height}`} />
      ) : (
        <>
          <path d={bypass} />
          <path d={`M${CENTRE} 0V${height}`} strokeWidth="1" strokeDasharray="2 3" />
        </>
      )}
    </svg>
  );
}

/** Where the line ends, half-way down the row of what adds to it. */
export function StepTrackEnd({ height }: { readonly height: number }) {
  return (
    <svg
      aria-hidden="true"
      width={TRACK_WIDTH}
      height={height}
      fill="none"
      strokeWidth="2"
      strokeDasharray="2 4"
      className="pointer-events-none absolute inset-y-0 left-0 stroke-line-strong/55"
    >
      <path d={`M${CENTRE} 0V${height / 2}`} />
    </svg>
  );
}
